import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { syncCatalogue } from '../../src/operations/sync-catalogue.ts';
import type { CatalogueSync } from '../../src/operations/sync-catalogue.ts';
import { madeUpDocument } from './published-documents.ts';
import type { PublishedDocument } from './published-documents.ts';
import { Publisher } from './publisher.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface SyncedFolder {
  readonly data: string;
  readonly folder: CatalogueFolder;
  readonly publisher: Publisher;
  /** Waits are skipped; they go to `waits`. */
  readonly sync: (at?: Date, how?: { readonly atOnce?: boolean }) => Promise<CatalogueSync>;
  readonly waits: number[];
}

/** Every month of the two years before, so that none is asked for by name. */
export function monthsUpTo(now: Date): readonly PublishedDocument[] {
  const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  return [-2, -1, 0]
    .flatMap((ahead) => names.map((month) => madeUpDocument({ month, year: now.getUTCFullYear() + ahead })))
    .filter(({ initialReleaseAt }) => initialReleaseAt < now.toISOString());
}

/** A publisher, and a data folder that syncs from it. */
export async function syncedFolder(
  test: Parameters<typeof temporaryFolder>[0],
  documents: readonly PublishedDocument[],
  now: Date,
): Promise<SyncedFolder> {
  const publisher = await Publisher.start(test, documents);
  const data = temporaryFolder(test);
  const folder = new CatalogueFolder(data, loadCorrections());
  const waits: number[] = [];
  const sync: SyncedFolder['sync'] = (at = now, how = {}) =>
    syncCatalogue(folder, {
      publisher: {
        baseUrl: publisher.url,
        http: {
          userAgent: 'kbgap-test',
          limits: { attempts: 2, requestTimeoutMs: 10_000 },
          timing: { now: () => at, random: () => 0, sleep: async (ms) => void waits.push(ms) },
        },
      },
      now: () => at,
      ...how,
      threads: 1,
    });
  return { data, folder, publisher, sync, waits };
}
