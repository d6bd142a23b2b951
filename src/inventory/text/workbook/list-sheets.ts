import type { WorkbookParts } from './open-workbook.ts';
import { streamXml } from './stream-xml.ts';

/** A sheet in the workbook's order. */
export interface SheetEntry {
  readonly name: string;
  readonly isHidden: boolean;
  /** Path of its part, in lower case. */
  readonly path: string;
}

/** Sheets, and whether days are counted from 1904. */
export interface WorkbookIndex {
  readonly sheets: readonly SheetEntry[];
  readonly from1904: boolean;
}

/** @throws {InventoryFormatError} for parts that are not well-formed. */
export function listSheets(source: string, parts: WorkbookParts): WorkbookIndex {
  const targets = new Map<string, string>();
  streamXml(source, parts.get('xl/_rels/workbook.xml.rels') ?? '<Relationships/>', {
    open(name, attributes) {
      const { Id: id, Target: target } = attributes;
      if (name === 'Relationship' && id !== undefined && target !== undefined) targets.set(id, pathOf(target));
    },
  });
  const sheets: SheetEntry[] = [];
  let from1904 = false;
  streamXml(source, parts.get('xl/workbook.xml') ?? '<workbook/>', {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      const path = targets.get(id) ?? `xl/worksheets/sheet${sheets.length + 1}.xml`;
      const isHidden = (attributes['state'] ?? 'visible') !== 'visible';
      sheets.push({ name: attributes['name'] ?? '', isHidden, path });
    },
  });
  return { sheets, from1904 };
}

/** Targets are relative to `xl/`, or absolute. */
function pathOf(target: string): string {
  return (target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`).toLowerCase();
}
