import type { XmlElement } from './xml-tree.ts';

/** What holds many values, by Microsoft's name: list, enumeration, stack, queue. */
const listElements = new Set(['LST', 'IE', 'STK', 'QUE']);

/**
 * Objects of `Export-Clixml` as `JSON.parse` would give them: `<Obj>` with `<Props>` is an object, a list a list; numbers,
 * times and texts stay texts. Enumerations are their names. Source: MS-PSRP, section 2.2.5, serialization.
 */
export function clixmlValues(root: XmlElement): readonly unknown[] {
  const known = new Map<string, unknown>();
  return root.children.map((child) => valueOfElement(child, known));
}

function valueOfElement(element: XmlElement, known: Map<string, unknown>): unknown {
  if (element.name === 'Nil') return null;
  if (element.name === 'Ref') return known.get(element.attributes.get('RefId') ?? '');
  if (element.name !== 'Obj') return unescaped(element.text);
  const value = objectValue(element, known);
  const id = element.attributes.get('RefId');
  if (id !== undefined) known.set(id, value);
  return value;
}

function objectValue(element: XmlElement, known: Map<string, unknown>): unknown {
  const list = element.children.find(({ name }) => listElements.has(name));
  if (list !== undefined) return list.children.map((child) => valueOfElement(child, known));
  const properties = element.children.filter(({ name }) => name === 'Props' || name === 'MS');
  const pairs = element.children.find(({ name }) => name === 'DCT')?.children ?? [];
  const shown = element.children.find(({ name }) => name === 'ToString')?.text;
  if (properties.length === 0 && pairs.length === 0) return shown === undefined ? null : unescaped(shown);
  return Object.fromEntries([
    ...properties.flatMap(({ children }) =>
      children.map((child) => [unescaped(child.attributes.get('N') ?? ''), valueOfElement(child, known)] as const),
    ),
    ...pairs.map(({ children }) => {
      const [key, value] = ['Key', 'Value'].map((part) =>
        children.find(({ attributes }) => attributes.get('N') === part),
      );
      return [key?.text ?? '', value === undefined ? null : valueOfElement(value, known)] as const;
    }),
  ]);
}

/** `_x000A_` stands for a control character. */
function unescaped(text: string): string {
  return text.replace(/_x([0-9A-F]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
