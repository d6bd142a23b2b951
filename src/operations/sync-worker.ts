import { availableParallelism } from 'node:os';
import { loadCorrections } from '../catalogue/corrections.ts';
import { prepareNetwork } from '../sources/http/prepare-network.ts';
import { CatalogueFolder } from './catalogue-folder.ts';
import { answerFromThread } from './run-in-thread.ts';
import { syncCatalogue } from './sync-catalogue.ts';
import type { SyncOrder } from './sync-in-thread.ts';

// A sync on a thread of its own: reading, compiling and packing take seconds in which a server has to answer others.
await answerFromThread(({ dataFolder, publisher }: SyncOrder, signal) => {
  prepareNetwork();
  const folder = new CatalogueFolder(dataFolder, loadCorrections());
  const threads = Math.max(1, availableParallelism() - 1); // one is the server's
  return syncCatalogue(folder, { publisher, now: () => new Date(), signal, threads });
});
