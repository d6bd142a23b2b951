import type { WmicRow } from '../../text/wmic-rows.ts';
import { childrenOf, childText, readXmlTree } from '../../text/xml-tree.ts';
import type { XmlElement } from '../../text/xml-tree.ts';

/** Whether the XML is `/format:rawxml` of updates. */
export function isRawXml(text: string): boolean {
  return /<COMMAND\b/.test(text.slice(0, 4000)) && /Win32_QuickFixEngineering/i.test(text.slice(0, 20_000));
}

/** The instances of each `<RESULTS NODE="PC-EINS">`. @throws {InventoryFormatError} */
export function rawXmlRows(source: string, text: string): readonly WmicRow[] {
  return resultsIn(readXmlTree(source, text)).flatMap(({ node, instances }) =>
    instances.map((instance) => {
      const cells = new Map(
        childrenOf(instance, 'PROPERTY').flatMap((property) => {
          const value = childText(property, 'VALUE');
          return value === undefined ? [] : [[(property.attributes.get('NAME') ?? '').toLowerCase(), value] as const];
        }),
      );
      return { host: cells.get('csname') ?? node, cells, line: '' };
    }),
  );
}

interface Results {
  readonly node: string | undefined;
  readonly instances: readonly XmlElement[];
}

function resultsIn(element: XmlElement): readonly Results[] {
  if (element.name !== 'RESULTS') return element.children.flatMap(resultsIn);
  const instances = childrenOf(element, 'CIM').flatMap((cim) => childrenOf(cim, 'INSTANCE'));
  return [{ node: element.attributes.get('NODE'), instances }];
}
