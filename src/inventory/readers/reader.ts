import type { Inventory } from '../inventory.ts';

/** A report as it came in, decoded once for all readers. */
export interface ReaderInput {
  /** Name to show in messages: a path, `-`, or `request body`. */
  readonly source: string;
  readonly bytes: Uint8Array;
  /** `bytes` as text, by `decodeText`. */
  readonly text: string;
}

/** What a report said. `notes` tell of single records that were set aside. */
export interface ReadReport {
  readonly inventories: readonly Inventory[];
  readonly notes: readonly string[];
}

/** Whether a text is of a format: 0 (no) to 1 (certain), by content alone, and in words what spoke against it. */
export interface Recognition {
  readonly confidence: number;
  readonly against: string;
}

/**
 * One format that devices report in. `read` throws `InventoryFormatError` where the text claims the format but cannot
 * be one.
 */
export interface InventoryReader {
  readonly format: string;
  recognise(input: ReaderInput): Recognition;
  read(input: ReaderInput): ReadReport;
}
