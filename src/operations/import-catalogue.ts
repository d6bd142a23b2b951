import type { AdvisoryDocument, SetAsideRecord } from '../catalogue/advisory-document.ts';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { expandCatalogue } from '../catalogue/expand-catalogue.ts';
import { listDocumentFiles } from '../sources/list-document-files.ts';
import { readDocuments } from '../sources/read-documents.ts';
import type { ReadDocument, ReadOptions, RefusedDocument } from '../sources/read-documents.ts';
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

/**
 * Reads documents into the data folder's catalogue: each replaces the held document of its id as a whole, the others
 * stay. The first import replaces the starter catalogue. The new catalogue is swapped in at the very end.
 * @throws {DocumentError} for a path that does not exist.
 */
export async function importCatalogue(
  folder: CatalogueFolder,
  paths: readonly string[],
  options: Omit<ReadOptions, 'documentFolder'> = {},
): Promise<CatalogueImport> {
  const files = await listDocumentFiles(paths);
  const read = await readDocuments(files, { ...options, documentFolder: folder.documentFolder });
  const { chosen, refused } = oneOfEachId(read.documents);
  const allRefused = [...read.refused, ...refused];
  const held = folder.currentId() === undefined ? [] : expandCatalogue(folder.loadCurrent().catalogue.compiled);
  const catalogueId = folder.currentId();
  if (chosen.length === 0) {
    return { catalogueId, imported: [], refused: allRefused, setAside: [], documentsHeld: held.length };
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
    imported: chosen.map(importedDocument),
    refused: allRefused,
    setAside: chosen.flatMap(({ setAside }) => setAside),
    documentsHeld: documents.length,
  };
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
