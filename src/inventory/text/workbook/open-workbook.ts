import { createRequire } from 'node:module';
import { InventoryFormatError } from '../../readers/inventory-format-error.ts';

const require = createRequire(import.meta.url);

/** Bytes that all parts of a workbook may unpack to: a sheet of a million cells has some 50 MB. */
const mostBytes = 256 * 1024 * 1024;
/** Unpacked for packed: spreadsheets repeat themselves, but no sheet comes near it. */
const highestRatio = 500;
const mostEntries = 10_000;

/** The XML parts of a workbook by their path, `xl/workbook.xml`. */
export type WorkbookParts = ReadonlyMap<string, string>;

const wanted =
  /^xl\/(?:workbook\.xml|sharedStrings\.xml|styles\.xml|_rels\/workbook\.xml\.rels|worksheets\/[\w.-]{1,100}\.xml)$/i;

/** Whether bytes are an Office Open XML workbook, by the names that stand in the directory of the archive. */
export function isWorkbook(bytes: Uint8Array): boolean {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
  if (!isZip) return false;
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-4 * 1024 * 1024);
  return end.includes('xl/workbook.xml');
}

/**
 * Unpacks what a table is read from; sizes are looked at before bytes, and no part unpacks to more than it says.
 * @throws {InventoryFormatError} for what is no such archive, is damaged, or would unpack to too much.
 */
export function openWorkbook(source: string, bytes: Uint8Array): WorkbookParts {
  const refuse = (received: string): never => {
    throw new InventoryFormatError(source, 'a workbook (.xlsx) of at most 256 MB unpacked', received);
  };
  // Loaded here: few reports are workbooks.
  const { unzipSync } = require('fflate') as typeof import('fflate');
  let total = 0;
  let entries = 0;
  let files: Readonly<Record<string, Uint8Array>>;
  try {
    files = unzipSync(bytes, {
      filter({ name, size, originalSize }) {
        entries += 1;
        if (entries > mostEntries) refuse(`more than ${mostEntries} entries`);
        if (!wanted.test(name)) return false;
        total += originalSize;
        if (total > mostBytes || originalSize > 1024 * 1024 + size * highestRatio)
          refuse(`parts that unpack to ${total} bytes`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof InventoryFormatError) throw error;
    return refuse(`an archive that can't be unpacked (${error instanceof Error ? error.message : String(error)})`);
  }
  const parts = new Map(Object.entries(files).map(([name, content]) => [name.toLowerCase(), decode(content)]));
  if (!parts.has('xl/workbook.xml')) refuse('an archive without xl/workbook.xml');
  return parts;
}

/** Parts are UTF-8, or UTF-16 with a byte-order mark. */
function decode(content: Uint8Array): string {
  const isUtf16 = (content[0] === 0xff && content[1] === 0xfe) || (content[0] === 0xfe && content[1] === 0xff);
  return new TextDecoder(isUtf16 ? (content[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(content);
}
