import type { AdvisoryDocument, SetAsideRecord } from '../catalogue/advisory-document.ts';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { expandCatalogue } from '../catalogue/expand-catalogue.ts';
import { listDocumentFiles } from '../sources/list-document-files.ts';
import { readDocuments } from '../sources/read-documents.ts';
import type { ReadDocument, ReadOptions, RefusedDocument } from '../sources/read-documents.ts';
import { DocumentHistory } from './document-history.ts';
import type { SeenDocument } from './document-history.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';

/** What an import did. */
export interface CatalogueImport {
  /** Of the catalogue now in force; `undefined` where nothing could be read and there was none. */
  readonly catalogueId: string | undefined;
  readonly imported: readonly ImportedDocument[];
  /** Documents that failed as a whole: the others went on, the held ones of their months stay. */
  readonly refused: readonly RefusedDocument[];
  /** Records that were left out of their documents. */
  readonly setAside: readonly SetAsideRecord[];
  readonly documentsHeld: number;
}

export interface ImportedDocument {
  readonly id: string;
  readonly source: string;
  readonly vulnerabilities: number;
  readonly vendorFixRows: number;
  readonly kbRows: number;
}

export interface ImportOptions extends Omit<ReadOptions, 'documentFolder'> {
  /** Day (UTC, `YYYY-MM-DD`) on which these documents were first seen; today unless told. */
  readonly seenOn?: string;
}

/**
 * Reads documents into the data folder's catalogue: each replaces the held document of its id as a whole, the others
 * stay. With a day of the past, a document whose held revision is newer is kept for questions about then, and the held one
 * stays in force. The first import replaces the starter catalogue. The new catalogue is swapped in at the very end.
 * @throws {DocumentError} for a path that does not exist.
 */
export async function importCatalogue(
  folder: CatalogueFolder,
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<CatalogueImport> {
  const files = await listDocumentFiles(paths);
  const read = await readDocuments(files, { ...options, documentFolder: folder.documentFolder });
  new DocumentHistory(folder.documentFolder).note(read.documents.map((each) => seenDocument(each, options.seenOn)));
  const { chosen: newest, refused } = oneOfEachId(read.documents);
  const allRefused = [...read.refused, ...refused];
  const held = folder.currentId() === undefined ? [] : expandCatalogue(folder.loadCurrent().catalogue.compiled);
  const heldRevisions = new Map(held.map((document) => [keyOf(document), document.currentReleaseAt]));
  const chosen =
    options.seenOn === undefined
      ? newest
      : newest.filter(({ document }) => document.currentReleaseAt >= (heldRevisions.get(keyOf(document)) ?? ''));
  const catalogueId = folder.currentId();
  if (chosen.length === 0) {
    return {
      catalogueId,
      imported: newest.map(importedDocument),
      refused: allRefused,
      setAside: [],
      documentsHeld: held.length,
    };
  }
  options.signal?.throwIfAborted();
  const replaced = new Set(chosen.map(({ document }) => keyOf(document)));
  const documents = [
    ...held.filter((document) => !replaced.has(keyOf(document))),
    ...chosen.map(({ document }) => document),
  ];
  const packed = packCatalogue(compileCatalogue(documents));
  folder.swapIn(packed.id, packed.bytes);
  return {
    catalogueId: packed.id,
    imported: newest.map(importedDocument),
    refused: allRefused,
    setAside: chosen.flatMap(({ setAside }) => setAside),
    documentsHeld: documents.length,
  };
}

function seenDocument({ document }: ReadDocument, seenOn = new Date().toISOString().slice(0, 10)): SeenDocument {
  const { hash, id, currentReleaseAt } = document;
  return { hash, id, revisedAt: currentReleaseAt, seenOn };
}

/** MSRC has spelled `2018-FEB` and `2018-Feb`. */
function keyOf({ id }: AdvisoryDocument): string {
  return id.toLowerCase();
}

/** Two files of one document: the one with the later revision; equal ones count once. */
function oneOfEachId(read: readonly ReadDocument[]): {
  readonly chosen: readonly ReadDocument[];
  readonly refused: readonly RefusedDocument[];
} {
  const best = new Map<string, ReadDocument>();
  const refused: RefusedDocument[] = [];
  for (const each of [...read].sort((a, b) => (a.source < b.source ? -1 : 1))) {
    const before = best.get(keyOf(each.document));
    const [winner, loser] =
      before === undefined || each.document.currentReleaseAt > before.document.currentReleaseAt
        ? [each, before]
        : [before, each];
    best.set(keyOf(each.document), winner);
    if (loser !== undefined && loser.document.hash !== winner.document.hash) {
      refused.push({
        source: loser.source,
        reason: `${winner.source} holds a revision of ${winner.document.id} that is as new or newer`,
      });
    }
  }
  return { chosen: [...best.values()], refused };
}

function importedDocument({ source, document: { id, counts } }: ReadDocument): ImportedDocument {
  const { vulnerabilities, vendorFixRows, kbRows } = counts;
  return { id, source, vulnerabilities, vendorFixRows, kbRows };
}
