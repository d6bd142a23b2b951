import type { DocumentCounts } from '../catalogue/advisory-document.ts';
import { readDocuments } from '../sources/read-documents.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { DocumentHistory } from './document-history.ts';
import type { SeenDocument } from './document-history.ts';

/** One revision of a document that a data folder has seen. */
export interface Revision {
  readonly id: string;
  /** `sha256:…` of the document as published. */
  readonly hash: string;
  /** UTC instant. */
  readonly revisedAt: string;
  /** When it was first seen: UTC date, and the instant, `null` where only the day is known. */
  readonly seenOn: string;
  readonly seenAt: string | null;
  /** `null` where the bytes are not kept any more. */
  readonly counts: DocumentCounts | null;
  /** Whether the catalogue in force is made from it. */
  readonly inForce: boolean;
}

/** Every revision, or those of one document, by id and date. */
export async function listRevisions(folder: CatalogueFolder, id?: string): Promise<readonly Revision[]> {
  const history = new DocumentHistory(folder.documentFolder);
  const seen = history.list().filter((each) => id === undefined || each.id.toLowerCase() === id.toLowerCase());
  const counts = await countsOf(history, seen);
  const inForce = new Set(
    folder.currentId() === undefined ? [] : folder.loadCurrent().catalogue.documents.map(({ hash }) => hash),
  );
  return seen
    .map((each) => ({
      id: each.id,
      hash: each.hash,
      revisedAt: each.revisedAt,
      seenOn: each.seenOn,
      seenAt: each.seenAt ?? null,
      counts: counts.get(each.hash) ?? null,
      inForce: inForce.has(each.hash),
    }))
    .sort((a, b) => compareText(a.id, b.id) || compareText(a.revisedAt, b.revisedAt) || compareText(a.hash, b.hash));
}

/** As noted; what the first version noted without counts is read again. */
async function countsOf(
  history: DocumentHistory,
  seen: readonly SeenDocument[],
): Promise<ReadonlyMap<string, DocumentCounts>> {
  const counts = new Map<string, DocumentCounts>();
  for (const each of seen) if (each.counts !== undefined) counts.set(each.hash, each.counts);
  const files = seen.filter(({ hash }) => !counts.has(hash)).flatMap(({ hash }) => history.findFile(hash) ?? []);
  if (files.length === 0) return counts;
  const { documents } = await readDocuments(files, { documentFolder: null });
  for (const { document } of documents) counts.set(document.hash, document.counts);
  return counts;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
