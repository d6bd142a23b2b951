import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { auditLine } from './audit.ts';
import type { Act } from './audit.ts';

/** An act on what concerns every tenant. */
export type CommonAct = Omit<Act, 'tenant'>;

/** Leaves the line of an act on a data folder's files (catalogue, keys), which are not in its store. @throws {StoreUnreadableError} {@link StoreWriteError} */
export async function recordAct(
  dataFolder: string,
  act: CommonAct,
  { now, store = openSqliteStore(dataFolder, now) }: { readonly now: Date; readonly store?: Store | undefined },
): Promise<void> {
  try {
    await store.audit.add(auditLine({ now: () => now }, { ...act, tenant: null }));
  } finally {
    await store.close();
  }
}
