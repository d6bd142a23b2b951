import { parentPort } from 'node:worker_threads';
import { prepareLines } from './prepared-report.ts';
import type { PreparedLines, PreparedReport } from './prepared-report.ts';

/** A piece of a body to be read. */
export interface PrepareOrder {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly firstLine: number;
}

/** A piece as it was read. The packed reports lie one behind the other in one memory, which is handed over uncopied. */
export interface PrepareAnswer extends Omit<PreparedLines, 'reports'> {
  readonly id: number;
  readonly packed: Uint8Array;
  readonly reports: readonly {
    readonly line: number;
    readonly facts: Omit<PreparedReport, 'packed'>;
    readonly packedBytes: number;
  }[];
}

// Reads and packs reports on a thread of its own: it takes longer than to keep them.
const port = parentPort;
port?.on('message', ({ id, bytes, firstLine }: PrepareOrder) => {
  const { reports, rejected, lines } = prepareLines(bytes, firstLine);
  const packed = new Uint8Array(reports.reduce((sum, { report }) => sum + report.packed.length, 0));
  let at = 0;
  const answer: PrepareAnswer = {
    id,
    packed,
    rejected,
    lines,
    reports: reports.map(({ line, report: { packed: own, ...facts } }) => {
      packed.set(own, at);
      at += own.length;
      return { line, facts, packedBytes: own.length };
    }),
  };
  port.postMessage(answer, [packed.buffer]);
});
