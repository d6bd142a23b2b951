import { InventoryFormatError } from './inventory-format-error.ts';
import { native } from './native/read.ts';
import type { InventoryReader, ReaderInput, ReadReport } from './reader.ts';
import { systeminfo } from './systeminfo/read.ts';
import { wmicQfe } from './wmic-qfe/read.ts';

/** Every format that is read. */
export const readers: readonly InventoryReader[] = [native, systeminfo, wmicQfe];

/** What a report said, and by which format it was read. */
export interface RecognisedReport extends ReadReport {
  readonly format: string;
}

/**
 * Reads a report by the format that its content speaks for most.
 * @throws {InventoryFormatError} where none fits, naming the formats and what spoke against each.
 */
export function readInventory(input: ReaderInput): RecognisedReport {
  if (input.text.trim() === '' && input.bytes.length <= 2)
    throw new InventoryFormatError(input.source, 'a report', 'an empty file');
  const judged = readers.map((reader) => ({ reader, ...reader.recognise(input) }));
  const [best] = judged.filter(({ confidence }) => confidence > 0).sort((a, b) => b.confidence - a.confidence);
  if (best === undefined) {
    const against = judged.map(({ reader, against }) => `${reader.format} (${against})`).join(', ');
    throw new InventoryFormatError(input.source, 'a report of a known format', `none of: ${against}`);
  }
  return { format: best.reader.format, ...best.reader.read(input) };
}
