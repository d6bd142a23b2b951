import { isZip, zipEntries } from '../../sources/archives/zip-entries.ts';

/** Packed files that are not read, by their first bytes. */
const foreign: readonly (readonly [name: string, firstBytes: readonly number[]])[] = [
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['a RAR archive', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
  ['a cabinet file', [0x4d, 0x53, 0x43, 0x46, 0, 0, 0, 0]],
  ['an xz file', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['an lz4 file', [0x04, 0x22, 0x4d, 0x18]],
  ['a compress file', [0x1f, 0x9d]],
];

/** What bytes are that would have to be unpacked by another program; `undefined` for all else. */
export function foreignPackingOf(bytes: Uint8Array): string | undefined {
  const found = foreign.find(([, firstBytes]) => firstBytes.every((byte, at) => bytes[at] === byte));
  if (found !== undefined) return found[0];
  return /^BZh[1-9]1AY&SY/.test(Buffer.from(bytes.subarray(0, 10)).toString('latin1')) ? 'a bzip2 file' : undefined;
}

const contentTypes = '[Content_Types].xml';
/** A workbook has some dozens. */
const mostParts = 10_000;

/** Whether a zip is one document: a workbook of Excel (`[Content_Types].xml`) or of others (`mimetype` first). */
export async function isOfficeDocument(bytes: Uint8Array): Promise<boolean> {
  if (!isZip(bytes)) return false;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.toString('latin1', 30, 54) === 'mimetypeapplication/vnd.') return true;
  if (!buffer.includes(contentTypes)) return false;
  try {
    for await (const { name } of zipEntries(buffer, { mostEntries: mostParts, areNamesLabels: true }))
      if (name === contentTypes) return true;
  } catch {
    // Damaged or too many: whoever unpacks it says so.
  }
  return false;
}
