import { join } from 'node:path';
import { BundleFeeds } from './bundle-feeds.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { DocumentHistory } from './document-history.ts';
import { FolderLock } from './folder-lock.ts';
import { pendingSinceMs, readPendingChange, removePendingChange, writePendingChange } from './pending-change.ts';
import type { PendingChange } from './pending-change.ts';
import { Quarantine } from './quarantine.ts';

/** A new state of a data folder. */
export interface Change extends Omit<PendingChange, 'catalogueId'> {
  /** `undefined` where the catalogue in force stays. */
  readonly catalogue: { readonly id: string; readonly bytes: Uint8Array } | undefined;
}

/**
 * Puts a change in force as one: whoever is killed before the catalogue is swapped in (or, where it stays, before the rest is
 * written down) has changed nothing, and of whoever is killed later the next one finishes the work. Under the build lock.
 */
export function commitChange(folder: CatalogueFolder, { catalogue, ...rest }: Change): void {
  const catalogueId = catalogue?.id ?? folder.currentId();
  if (catalogueId === undefined) return; // nothing came in
  if (catalogue !== undefined) folder.layReady(catalogue.id, catalogue.bytes);
  writePendingChange(folder.path, { catalogueId, ...rest });
  if (catalogue !== undefined) folder.putInForce(catalogue.id);
  settle(folder, Infinity);
}

/** The same for who only reads; where another process is at work, that one finishes it. */
export function finishInterrupted(folder: CatalogueFolder): void {
  if (readPendingChange(folder.path) === undefined) return;
  const lock = FolderLock.tryNow(folder.path, 'build');
  if (lock === undefined) return;
  try {
    finishChange(folder);
  } finally {
    lock.release();
  }
}

/** Does what a killed process left to be done, and clears away what did not come into force. Under the build lock. */
export function finishChange(folder: CatalogueFolder): void {
  // A feed that changed since the process was killed is newer than what it brought.
  settle(folder, pendingSinceMs(folder.path));
}

function settle(folder: CatalogueFolder, unchangedSinceMs: number): void {
  const change = readPendingChange(folder.path);
  const feeds = new BundleFeeds(join(folder.path, '..'));
  if (change !== undefined) {
    new DocumentHistory(folder.documentFolder).note(change.seen);
    feeds.place(change.feeds, unchangedSinceMs);
    const quarantine = new Quarantine(folder.path);
    for (const id of change.resolved) quarantine.resolve(id);
  }
  removePendingChange(folder.path);
  feeds.clearStaging();
}
