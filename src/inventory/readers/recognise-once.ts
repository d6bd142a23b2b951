import type { InventoryReader, Recognition } from './reader.ts';
import type { ReportInput } from './report-input.ts';

const known = new WeakMap<ReportInput, Map<InventoryReader, Recognition>>();

/** What a reader says of a report, asked once: formats that hold others ask for those as well. */
export function recogniseOnce(reader: InventoryReader, input: ReportInput): Recognition {
  let said = known.get(input);
  if (said === undefined) {
    said = new Map();
    known.set(input, said);
  }
  let recognition = said.get(reader);
  if (recognition === undefined) {
    recognition = reader.recognise(input);
    said.set(reader, recognition);
  }
  return recognition;
}
