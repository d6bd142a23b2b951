import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AdvisoryDocument } from '../catalogue/advisory-document.ts';
import { CatalogueFileError, packCatalogue } from '../catalogue/catalogue-format.ts';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { expandCatalogue } from '../catalogue/expand-catalogue.ts';
import { readDocuments } from '../sources/read-documents.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { commitChange, finishChange } from './commit-change.ts';
import { DocumentHistory } from './document-history.ts';
import { FolderLock } from './folder-lock.ts';

/** A catalogue that was damaged, and what was made in its place. */
export interface CatalogueRepair {
  /** What was wrong, naming the file. */
  readonly reason: string;
  /** `null` where nothing was at hand to make one of: then the starter catalogue serves until a sync or a bundle brings one. */
  readonly catalogueId: string | null;
  readonly documents: number;
}

const waitMs = 120_000;

/**
 * Makes a damaged catalogue anew, of the one before and the kept documents: of each the latest revision. `null` where nothing
 * is damaged. Without `mayForget` what nothing is left of is an error: an import of some documents would hide the loss.
 * @throws {CatalogueFileError} {@link FolderBusyError}
 */
export async function repairCatalogue(
  folder: CatalogueFolder,
  { mayForget }: { readonly mayForget: boolean },
): Promise<CatalogueRepair | null> {
  if (findDamage(folder) === undefined) return null;
  const lock = await FolderLock.acquire(folder.path, 'build', { waitMs, doing: 'building a catalogue' });
  try {
    const damage = findDamage(folder);
    if (damage === undefined) return null;
    finishChange(folder);
    const documents = await latestAtHand(folder);
    if (documents.length === 0) {
      if (!mayForget) throw lost(damage);
      rmSync(join(folder.path, 'current'), { force: true });
      return { reason: reasonOf(damage), catalogueId: null, documents: 0 };
    }
    const catalogue = packCatalogue(compileCatalogue(documents));
    commitChange(folder, { catalogue, seen: [], resolved: [], feeds: [] });
    return { reason: reasonOf(damage), catalogueId: catalogue.id, documents: documents.length };
  } finally {
    lock.release();
  }
}

function findDamage(folder: CatalogueFolder): CatalogueFileError | undefined {
  try {
    folder.loadCurrent();
    return undefined;
  } catch (error) {
    if (error instanceof CatalogueFileError) return error;
    throw error;
  }
}

function lost(damage: CatalogueFileError): CatalogueFileError {
  return new CatalogueFileError(
    `${reasonOf(damage)}, and no documents are kept to make it anew of: kbgap catalog sync, or a bundle, brings another`,
    { cause: damage },
  );
}

/** Without the way out, which is this. */
function reasonOf({ cause, message }: CatalogueFileError): string {
  return cause instanceof Error ? cause.message : message;
}

async function latestAtHand(folder: CatalogueFolder): Promise<readonly AdvisoryDocument[]> {
  const history = new DocumentHistory(folder.documentFolder);
  const files = history.newestKnownAt('9999-12-31').flatMap(({ hash }) => history.findFile(hash) ?? []);
  const { documents: kept } = await readDocuments(files, { documentFolder: null });
  const before = folder.listSound().flatMap(({ compiled }) => expandCatalogue(compiled));
  const latest = new Map<string, AdvisoryDocument>();
  for (const document of [...before, ...kept.map((each) => each.document)]) {
    const key = document.id.toLowerCase();
    const other = latest.get(key);
    if (other === undefined || other.currentReleaseAt <= document.currentReleaseAt) latest.set(key, document);
  }
  return [...latest.values()];
}
