import { DocumentError } from '../sources/document-error.ts';
import { readDocuments } from '../sources/read-documents.ts';
import { admitDocuments } from './admit-documents.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { Quarantine } from './quarantine.ts';
import type { QuarantinedDocument } from './quarantine.ts';

/**
 * Takes a quarantined document into the catalogue by an operator's word, as what it says it is: one of another month
 * replaces that month's. @throws {NotQuarantinedError} {@link DocumentError} for one that cannot be read.
 */
export async function acceptQuarantined(
  folder: CatalogueFolder,
  id: string,
  now: Date,
): Promise<{ readonly document: QuarantinedDocument; readonly catalogueId: string | undefined }> {
  const quarantine = new Quarantine(folder.path);
  const document = quarantine.get(id);
  const file = { path: quarantine.fileOf(document.hash), sizeBytes: 0 };
  const { documents, refused } = await readDocuments([file], { documentFolder: folder.documentFolder });
  const [read] = documents;
  if (read === undefined) {
    throw new DocumentError(document.source, `cannot be accepted: ${refused[0]?.reason ?? 'it is no document'}`);
  }
  const candidate = { read, askedId: read.document.id, source: document.source };
  const { catalogueId } = await admitDocuments(folder, { candidates: [candidate] }, { now, trust: true });
  quarantine.resolve(id);
  return { document, catalogueId };
}
