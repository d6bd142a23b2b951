import { Worker } from 'node:worker_threads';
import type { Publisher } from '../sources/msrc-cvrf/fetch.ts';
import type { CatalogueSync } from './sync-catalogue.ts';

export interface SyncOrder {
  readonly dataFolder: string;
  readonly publisher: Publisher;
}

export type SyncAnswer = { readonly result: CatalogueSync } | { readonly message: string; readonly code: string };

/** A sync on the other thread that did not come to an end. `code` is that of the error there. */
class SyncFailedError extends Error {
  override readonly name = 'SyncFailedError';
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** A thread that has not stopped by then is ended; what it fetched is kept. */
const stopWithinMs = 5000;

/** `syncCatalogue` on a thread of its own. `order.publisher` must be plain data. @throws {SyncFailedError} */
export async function syncInThread(order: SyncOrder, signal: AbortSignal): Promise<CatalogueSync> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./sync-worker.${extension}`, import.meta.url), { workerData: order });
  let ending: NodeJS.Timeout | undefined;
  const stop = (): void => {
    worker.postMessage('stop');
    ending = setTimeout(() => void worker.terminate(), stopWithinMs).unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const answer = await new Promise<SyncAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new SyncFailedError(`the sync ended with ${code}`, 'sync-ended')));
    });
    if ('result' in answer) return answer.result;
    throw new SyncFailedError(answer.message, answer.code);
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(ending);
    await worker.terminate();
  }
}
