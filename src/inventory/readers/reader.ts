import type { Inventory } from '../inventory.ts';

/** A report as it came in, decoded once for all readers. */
export interface ReaderInput {
  /** Name to show in messages: a path, `-`, or `request body`. */
  readonly source: string;
  readonly bytes: Uint8Array;
  /** `bytes` as text, by `decodeText`. */
  readonly text: string;
}

/**
 * One format that devices report in. `recognise` gives 0 (not this format) to 1 (certain) by content alone.
 * `read` throws `InventoryFormatError` where the text claims the format but cannot be one.
 */
export interface InventoryReader {
  readonly format: string;
  recognise(input: ReaderInput): number;
  /** The facts of one device, or of none but its update list (wmic qfe). */
  read(input: ReaderInput): readonly Inventory[];
}
