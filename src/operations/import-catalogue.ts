import type { SetAsideRecord } from '../catalogue/advisory-document.ts';
import { listDocumentFiles } from '../sources/list-document-files.ts';
import { readDocuments } from '../sources/read-documents.ts';
import type { ReadDocument, ReadOptions, RefusedDocument } from '../sources/read-documents.ts';
import { admitDocuments } from './admit-documents.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import type { QuarantinedDocument } from './quarantine.ts';
import { repairCatalogue } from './repair-catalogue.ts';
import type { CatalogueRepair } from './repair-catalogue.ts';

/** What an import did. */
export interface CatalogueImport {
  /** Of the catalogue now in force; `undefined` where nothing could be read and there was none. */
  readonly catalogueId: string | undefined;
  readonly imported: readonly ImportedDocument[];
  /** Documents that failed as a whole: the others went on, the held ones of their months stay. */
  readonly refused: readonly RefusedDocument[];
  /** Documents that were read but not believed; the held ones stay, these wait for an operator's word. */
  readonly quarantined: readonly QuarantinedDocument[];
  /** Records that were left out of their documents. */
  readonly setAside: readonly SetAsideRecord[];
  readonly documentsHeld: number;
  /** Ids that were in quarantine and are good again. */
  readonly resolved: readonly string[];
  /** Where the catalogue was damaged: what was made in its place before the import. */
  readonly repaired: CatalogueRepair | null;
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
  /** Takes in what would be quarantined: an older revision, a collapsed one. */
  readonly trust?: boolean;
  readonly now?: Date;
}

/**
 * Reads documents into the data folder's catalogue: each replaces the held document of its id as a whole, the others
 * stay. With a day of the past, a document whose held revision is newer is kept for questions about then, and the held one
 * stays in force; without one it is quarantined, as is one that collapsed. The first import replaces the starter catalogue.
 * @throws {DocumentError} for a path that does not exist.
 */
export async function importCatalogue(
  folder: CatalogueFolder,
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<CatalogueImport> {
  const files = await listDocumentFiles(paths);
  const read = await readDocuments(files, { ...options, here: true, documentFolder: folder.documentFolder });
  const repaired = await repairCatalogue(folder, { mayForget: false });
  const { chosen, refused } = oneOfEachId(read.documents);
  const candidates = chosen.map((each) => ({ read: each, askedId: each.document.id, source: each.source }));
  const { admitted, suspects, ...held } = await admitDocuments(
    folder,
    { candidates },
    {
      now: options.now ?? new Date(),
      seenOn: options.seenOn,
      keepOlder: options.seenOn !== undefined,
      trust: options.trust === true,
      signal: options.signal,
    },
  );
  return {
    catalogueId: held.catalogueId,
    imported: admitted.map((each) => importedDocument(each.read)),
    refused: [...read.refused, ...refused],
    quarantined: suspects.map(({ document }) => document),
    setAside: admitted.flatMap(({ read: { setAside } }) => setAside),
    documentsHeld: held.documentsHeld,
    resolved: held.resolved,
    repaired,
  };
}

/** Two files of one document: the one with the later revision; equal ones count once. */
function oneOfEachId(read: readonly ReadDocument[]): {
  readonly chosen: readonly ReadDocument[];
  readonly refused: readonly RefusedDocument[];
} {
  const best = new Map<string, ReadDocument>();
  const refused: RefusedDocument[] = [];
  for (const each of [...read].sort((a, b) => (a.source < b.source ? -1 : 1))) {
    const key = each.document.id.toLowerCase(); // MSRC has spelled 2018-FEB and 2018-Feb
    const before = best.get(key);
    const [winner, loser] =
      before === undefined || each.document.currentReleaseAt > before.document.currentReleaseAt
        ? [each, before]
        : [before, each];
    best.set(key, winner);
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
