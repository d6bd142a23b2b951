import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';

/** A database that the contract runs on. `open` may be called again on one folder, also while it is open. */
export interface DatabaseOfThisRun {
  readonly name: string;
  open(folder: string): Store;
}

export const databasesOfThisRun: readonly DatabaseOfThisRun[] = [
  { name: 'SQLite', open: (folder) => openSqliteStore(folder, new Date('2026-06-10T08:00:00Z')) },
];
