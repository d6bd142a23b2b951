import { parseJson } from '../../inventory/text/json-text.ts';
import { InventoryFormatError } from '../../inventory/readers/inventory-format-error.ts';
import { readNative } from '../../inventory/readers/native/read.ts';
import type { DeviceIdentity, ReportedOs } from '../../inventory/inventory.ts';
import { derivePatchState, patchStateContent } from '../../inventory/patch-state.ts';
import type { PatchStateContent } from '../../inventory/patch-state.ts';
import { packReport } from '../../store/report-bytes.ts';

/** A native inventory made ready to be kept; plain data, so that it can come from another thread. */
export interface PreparedReport {
  readonly device: DeviceIdentity;
  readonly observedAt: string | undefined;
  readonly os: ReportedOs;
  readonly state: PatchStateContent;
  /** The line as it came, as `packReport` packs it. */
  readonly packed: Uint8Array;
}

/** A line that was not taken, counted from 1. */
export interface RejectedLine {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** Lines of one piece of a body. */
export interface PreparedLines {
  readonly reports: readonly { readonly line: number; readonly report: PreparedReport }[];
  readonly rejected: readonly RejectedLine[];
  /** Lines in the piece, empty ones too. */
  readonly lines: number;
}

/** Reads whole lines, each a native inventory; `firstLine` is the number of the first. Empty lines are passed over. */
export function prepareLines(bytes: Uint8Array, firstLine: number): PreparedLines {
  const reports: { line: number; report: PreparedReport }[] = [];
  const rejected: RejectedLine[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let line = firstLine;
  for (let start = 0; start < buffer.length; line += 1) {
    if (buffer[start] === 10) {
      start += 1;
      continue;
    }
    const newline = buffer.indexOf(10, start);
    const end = newline === -1 ? buffer.length : newline;
    const content = withoutReturn(buffer.subarray(start, end));
    start = end + 1;
    if (content.length === 0) continue;
    try {
      reports.push({ line, report: prepareLine(content) });
    } catch (error) {
      if (!(error instanceof InventoryFormatError)) throw error;
      rejected.push({ line, code: 'InvalidRequestBody', message: error.message });
    }
  }
  return { reports, rejected, lines: line - firstLine };
}

/** Empty ones too, and a last one without a newline. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  let at = 0;
  while (at < bytes.length) {
    lines += 1;
    // A search costs more than a look, and a body may be newlines for the most part.
    const newline = bytes[at] === 10 ? at : bytes.indexOf(10, at);
    at = newline === -1 ? bytes.length : newline + 1;
  }
  return lines;
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === 13 ? line.subarray(0, -1) : line;
}

function prepareLine(content: Buffer): PreparedReport {
  const inventory = readNative(jsonOf(content), 'line');
  const { device, observedAt, os } = inventory;
  return { device, observedAt, os, state: patchStateContent(derivePatchState(inventory)), packed: packReport(content) };
}

function jsonOf(content: Buffer): unknown {
  try {
    return parseJson(content.toString('utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    throw new InventoryFormatError('line', 'a native inventory in JSON', error instanceof Error ? error.message : '');
  }
}
