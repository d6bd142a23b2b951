import type { Publisher } from '../sources/msrc-cvrf/fetch.ts';
import { moduleBeside, runInThread } from './run-in-thread.ts';
import type { CatalogueSync } from './sync-catalogue.ts';

export interface SyncOrder {
  readonly dataFolder: string;
  readonly publisher: Publisher;
}

/** `syncCatalogue` on a thread of its own. `order.publisher` must be plain data. @throws {ThreadFailedError} */
export function syncInThread(order: SyncOrder, signal: AbortSignal): Promise<CatalogueSync> {
  return runInThread(moduleBeside(import.meta.url, 'sync-worker'), order, signal);
}
