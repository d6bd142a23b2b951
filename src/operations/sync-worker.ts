import { availableParallelism } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { loadCorrections } from '../catalogue/corrections.ts';
import { prepareNetwork } from '../sources/http/prepare-network.ts';
import { CatalogueFolder } from './catalogue-folder.ts';
import { syncCatalogue } from './sync-catalogue.ts';
import type { SyncAnswer, SyncOrder } from './sync-in-thread.ts';

// A sync on a thread of its own: reading, compiling and packing take seconds in which a server has to answer others.
const { dataFolder, publisher } = workerData as SyncOrder;
const stop = new AbortController();
parentPort?.once('message', () => stop.abort(new Error('the server is ending')));

async function run(): Promise<SyncAnswer> {
  try {
    prepareNetwork();
    const folder = new CatalogueFolder(dataFolder, loadCorrections());
    const threads = Math.max(1, availableParallelism() - 1); // one is the server's
    return {
      result: await syncCatalogue(folder, { publisher, now: () => new Date(), signal: stop.signal, threads }),
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { message: error instanceof Error ? error.message : String(error), code };
  }
}

parentPort?.postMessage(await run());
parentPort?.close();
