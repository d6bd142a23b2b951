import { Zip, ZipDeflate, strToU8 } from 'fflate';
import type { ExportCell } from './export-columns.ts';

/** Rows of a sheet, the head among them: what spreadsheets open. Source: ECMA-376, part 1, 18.3.1.73; Excel's limits. */
export const mostSheetRows = 1_048_576;

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const package_ = 'http://schemas.openxmlformats.org/package/2006';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const sheets = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** All of a workbook but its rows, by place in the archive. */
const parts: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="${package_}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${package_}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${sheets}" xmlns:r="${office}"><sheets><sheet name="kbgap" sheetId="1" r:id="r1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${package_}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
};

/**
 * A workbook (Office Open XML) piece by piece, for lists that must not stand in memory whole. Text is text: no cell of it is run
 * as a formula.
 */
export async function* xlsxPieces(
  stretches: AsyncIterable<readonly (readonly ExportCell[])[]>,
): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const archive = new Zip((error, piece) => {
    if (error !== null) throw error;
    ready.push(piece);
  });
  const add = (name: string): ZipDeflate => {
    const part = new ZipDeflate(name, { level: 6 });
    archive.add(part);
    return part;
  };
  for (const [name, text] of Object.entries(parts)) add(name).push(strToU8(head + text), true);
  const sheet = add('xl/worksheets/sheet1.xml');
  sheet.push(strToU8(`${head}<worksheet xmlns="${sheets}"><sheetData>`));
  for await (const rows of stretches) {
    sheet.push(strToU8(rows.map(rowOf).join('')));
    yield* ready;
    ready = [];
  }
  sheet.push(strToU8('</sheetData></worksheet>'), true);
  archive.end();
  yield* ready;
}

function rowOf(cells: readonly ExportCell[]): string {
  return `<row>${cells.map(cellOf).join('')}</row>`;
}

function cellOf(value: ExportCell): string {
  if (value === null) return '<c/>';
  if (typeof value === 'number' && Number.isFinite(value)) return `<c><v>${value}</v></c>`;
  return `<c t="inlineStr"><is><t xml:space="preserve">${textOf(String(value))}</t></is></c>`;
}

/** No control character but tab and line ends may stand in XML 1.0. */
function textOf(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
