import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { Corrections } from '../catalogue/corrections.ts';
import { expandCatalogue } from '../catalogue/expand-catalogue.ts';
import { feedSources } from '../sources/sources.ts';
import { readDocuments } from '../sources/read-documents.ts';
import { CatalogueFolder } from './catalogue-folder.ts';
import { finishInterrupted } from './commit-change.ts';
import { DocumentHistory } from './document-history.ts';
import { BundleFeeds } from './bundle-feeds.ts';
import { KeyFolder } from './key-folder.ts';
import { readKeptDocument } from './kept-document.ts';

export interface VerifiedFolder {
  /** `undefined` where it cannot be read. */
  readonly catalogueId: string | undefined;
  readonly starter: boolean;
  /** Documents of the catalogue, and how many of these are kept as published. */
  readonly documents: number;
  readonly documentsKept: number;
  /** Kept revisions, older ones included. */
  readonly revisions: number;
  readonly feeds: number;
  /** In words; none where all holds. */
  readonly problems: readonly string[];
}

/**
 * Checks what a data folder holds: that the catalogue in force is whole and is what its kept documents give when they are read
 * again, that every revision of the history and every feed is kept with the bytes that it is named by, that keys are in order.
 */
export async function verifyFolder(dataFolder: string): Promise<VerifiedFolder> {
  const problems: string[] = [];
  const folder = new CatalogueFolder(dataFolder, new Corrections([]));
  finishInterrupted(folder);
  const loaded = attempt(problems, () => loadWhole(folder));
  const history = new DocumentHistory(folder.documentFolder);
  const good = await checkKept(history, problems);
  const catalogue = loaded?.catalogue;
  const wanted = catalogue?.documents.map(({ hash }) => hash) ?? [];
  const documentsKept = wanted.filter((hash) => good.has(hash)).length;
  if (catalogue !== undefined && wanted.length > 0 && documentsKept === wanted.length)
    await checkCompiled(catalogue, history, problems);
  const bundled = new BundleFeeds(dataFolder);
  const feeds = feedSources.filter(({ name }) => attempt(problems, () => bundled.find(name)) !== undefined);
  checkKeys(new KeyFolder(dataFolder), problems);
  return {
    catalogueId: catalogue?.id,
    starter: loaded?.starter ?? false,
    documents: wanted.length,
    documentsKept,
    revisions: good.size,
    feeds: feeds.length,
    problems,
  };
}

function loadWhole(folder: CatalogueFolder): { readonly catalogue: Catalogue; readonly starter: boolean } {
  const loaded = folder.loadCurrent();
  expandCatalogue(loaded.catalogue.compiled); // walks through all of its parts
  return loaded;
}

/** Hashes of the kept revisions whose bytes are right. */
async function checkKept(history: DocumentHistory, problems: string[]): Promise<ReadonlySet<string>> {
  const good = new Set<string>();
  for (const seen of history.list()) {
    try {
      await readKeptDocument(history, seen);
      good.add(seen.hash);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return good;
}

async function checkCompiled(catalogue: Catalogue, history: DocumentHistory, problems: string[]): Promise<void> {
  const files = catalogue.documents.flatMap(({ hash }) => history.findFile(hash) ?? []);
  const { documents, refused } = await readDocuments(files, { documentFolder: null });
  for (const { source, reason } of refused) problems.push(`${basename(source)}: ${reason}`);
  if (refused.length > 0) return;
  const { id } = packCatalogue(compileCatalogue(documents.map(({ document }) => document)), 1);
  if (id !== catalogue.id)
    problems.push(
      `expected the documents of the catalogue ${catalogue.id} to give it again, but this kbgap makes ${id} of them: ` +
        'another version wrote it, or it was changed; import them again',
    );
}

function checkKeys(keys: KeyFolder, problems: string[]): void {
  attempt(problems, () => keys.list());
  if (process.platform === 'win32' || !existsSync(keys.privateFile)) return;
  const mode = statSync(keys.privateFile).mode & 0o777;
  if ((mode & 0o077) !== 0)
    problems.push(`${keys.privateFile}: expected a file for its owner alone (600), got ${mode.toString(8)}`);
}

function attempt<T>(problems: string[], run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    problems.push(messageOf(error));
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
