import { readFileSync, rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { DocumentError } from '../sources/document-error.ts';
import { keepDocument, packDocument } from '../sources/keep-document.ts';
import { largestDocumentBytes } from '../sources/limits.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { DocumentHistory } from './document-history.ts';
import { Quarantine } from './quarantine.ts';
import type { QuarantinedDocument } from './quarantine.ts';

/** A document to be set apart. */
export interface Distrusted {
  readonly document: QuarantinedDocument;
  /** Where its bytes are, where that is not among the kept documents. */
  readonly path?: string;
}

/**
 * Puts documents into quarantine; their bytes, which reading left among the kept documents, go there, unless the history knows
 * them. Several may have the same bytes: ids that were answered with one document. Gives those that are news.
 */
export function setApart(folder: CatalogueFolder, distrusted: readonly Distrusted[]): ReadonlySet<QuarantinedDocument> {
  const quarantine = new Quarantine(folder.path);
  const history = new DocumentHistory(folder.documentFolder);
  const news = new Set<QuarantinedDocument>();
  for (const { document, path = history.findFile(document.hash)?.path } of distrusted) {
    if (quarantine.wasDropped(document.hash)) continue; // an operator has decided about these bytes
    const isNews = quarantine.find(document.id)?.hash !== document.hash;
    const isKept = quarantine.read(document.hash) !== undefined;
    if (isNews || !isKept) quarantine.add(document, isKept || path === undefined ? undefined : packedOf(path));
    if (isNews) news.add(document);
  }
  const known = new Set(history.list().map(({ hash }) => hash));
  for (const { hash } of distrusted.map(({ document }) => document)) {
    const path = known.has(hash) ? undefined : history.findFile(hash)?.path;
    if (path !== undefined) rmSync(path, { force: true });
  }
  return news;
}

/**
 * Sees to it that a document which comes into force is kept, also where another process set the same bytes apart meanwhile.
 * @throws {DocumentError} where they are nowhere any more.
 */
export function keepAdmitted(folder: CatalogueFolder, hash: string, source: string): void {
  if (new DocumentHistory(folder.documentFolder).findFile(hash) !== undefined) return;
  const bytes = new Quarantine(folder.path).read(hash);
  if (bytes === undefined) throw new DocumentError(source, 'another process removed it meanwhile; try again');
  keepDocument(folder.documentFolder, hash.replace('sha256:', ''), { bytes });
}

/** As zstd. A file that is zstd is not unpacked: what cannot be read may be of any size. */
function packedOf(path: string): Uint8Array {
  const bytes = readFileSync(path);
  if (!path.endsWith('.gz')) return bytes;
  return packDocument(gunzipSync(bytes, { maxOutputLength: largestDocumentBytes }));
}
