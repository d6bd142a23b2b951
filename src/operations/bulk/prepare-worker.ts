import { parentPort } from 'node:worker_threads';
import { prepareLines } from './prepared-report.ts';

/** A piece of a body to be read. */
export interface PrepareOrder {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly firstLine: number;
}

// Reads and packs reports on a thread of its own: it takes longer than to keep them.
const port = parentPort;
port?.on('message', ({ id, bytes, firstLine }: PrepareOrder) => {
  port.postMessage({ id, prepared: prepareLines(bytes, firstLine) });
});
