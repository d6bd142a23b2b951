import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from './write-file-durably.ts';

/** How the last sync of a data folder went. Instants are UTC. */
export interface SyncStatus {
  readonly startedAt: string;
  readonly finishedAt: string;
  /** `incomplete`: the list was read, but documents could not be fetched. `failed`: not even the list. */
  readonly outcome: 'ok' | 'incomplete' | 'failed';
  /** What went wrong; `null` where nothing did. */
  readonly message: string | null;
  /** Until when the publisher asked to be left alone; `null` or absent where it did not. */
  readonly notBefore?: string | null;
  /** Which host that was, `api.msrc.microsoft.com`: another may be asked. */
  readonly notBeforeHost?: string;
  /** When a sync was last `ok`; `null` before the first. */
  readonly lastSuccessAt: string | null;
}

const name = 'sync-status.json';

/** `undefined` before the first sync. */
export function readSyncStatus(catalogueFolder: string): SyncStatus | undefined {
  const file = join(catalogueFolder, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SyncStatus) : undefined;
}

export function noteSyncStatus(catalogueFolder: string, status: Omit<SyncStatus, 'lastSuccessAt'>): void {
  const before = readSyncStatus(catalogueFolder)?.lastSuccessAt ?? null;
  const noted: SyncStatus = { ...status, lastSuccessAt: status.outcome === 'ok' ? status.finishedAt : before };
  mkdirSync(catalogueFolder, { recursive: true, mode: 0o700 });
  writeFileDurably(join(catalogueFolder, name), Buffer.from(`${JSON.stringify(noted, null, 2)}\n`));
}
