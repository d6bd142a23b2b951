import { createRequire } from 'node:module';
import { InventoryFormatError } from '../readers/inventory-format-error.ts';

const require = createRequire(import.meta.url);

/** An element of a small XML document. Names keep their prefix and case as written. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text directly inside, without the blanks around it. */
  readonly text: string;
}

const deepest = 100;
const mostElements = 5_000_000;

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/**
 * The root of an XML document. Document types are refused, and with them entities of one's own.
 * @throws {InventoryFormatError} where it is not well-formed, too deep or too large.
 */
export function readXmlTree(source: string, text: string): XmlElement {
  // Loaded here: most reports are no XML.
  const { SaxesParser } = require('saxes') as typeof import('saxes');
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  const refuse = (received: string): never => {
    throw new InventoryFormatError(source, 'XML that is well-formed, without a document type', received);
  };
  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('a document type'));
  parser.on('opentag', ({ name, attributes }) => {
    count += 1;
    if (open.length >= deepest) refuse(`elements deeper than ${deepest}`);
    if (count > mostElements) refuse(`more than ${mostElements} elements`);
    open.push({ name, attributes: new Map(Object.entries(attributes)), children: [], text: '' });
  });
  const addText = (piece: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const element = { ...closed, text: closed.text.trim() };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  parser.write(text.replace(/^\ufeff/, '').trimStart()).close();
  return root ?? refuse('no element');
}

/** The first child of that name, in any case. */
function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name.toLowerCase() === name.toLowerCase());
}

/** All children of that name, in any case. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name.toLowerCase() === name.toLowerCase()) ?? [];
}

/** Text of the first child of that name; `undefined` where it is absent or blank. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  const text = childOf(element, name)?.text ?? '';
  return text === '' ? undefined : text;
}
