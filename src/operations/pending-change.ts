import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SeenDocument } from './document-history.ts';
import { writeFileDurably } from './write-file-durably.ts';

/**
 * What belongs to a catalogue and is done right after it came into force. It is written down before, so that it counts from
 * the very moment in which the catalogue does, and a killed process leaves the state of before or of after.
 */
export interface PendingChange {
  /** Once this one is in force, the rest holds. */
  readonly catalogueId: string;
  readonly seen: readonly SeenDocument[];
  /** Ids whose quarantine ends. */
  readonly resolved: readonly string[];
  /** Feeds that lie ready, by their names in a bundle. */
  readonly feeds: readonly string[];
}

const name = 'pending.json';

/** What was written down and holds: a change whose catalogue is in force. */
export function readPendingChange(catalogueFolder: string): PendingChange | undefined {
  const file = join(catalogueFolder, name);
  if (!existsSync(file)) return undefined;
  const change = parse(readFileSync(file, 'utf8'));
  const current = join(catalogueFolder, 'current');
  const currentId = existsSync(current) ? readFileSync(current, 'utf8').trim() : undefined;
  return change?.catalogueId === currentId ? change : undefined;
}

/** When it was written down, in milliseconds since 1970. */
export function pendingSinceMs(catalogueFolder: string): number {
  return statSync(join(catalogueFolder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

export function writePendingChange(catalogueFolder: string, change: PendingChange): void {
  writeFileDurably(join(catalogueFolder, name), Buffer.from(JSON.stringify(change)));
}

export function removePendingChange(catalogueFolder: string): void {
  rmSync(join(catalogueFolder, name), { force: true });
}

/** Another process may have removed it, or written it just now. */
function parse(text: string): PendingChange | undefined {
  try {
    return JSON.parse(text) as PendingChange;
  } catch {
    return undefined;
  }
}
