import { hash as hashOf } from 'node:crypto';
import { DocumentError } from '../sources/document-error.ts';
import { readDocumentFile } from '../sources/read-document-file.ts';
import type { DocumentHistory, SeenDocument } from './document-history.ts';

/** A kept document's bytes as published. @throws {DocumentError} where the file is gone, damaged or holds another document. */
export async function readKeptDocument(history: DocumentHistory, { hash, id }: SeenDocument): Promise<Uint8Array> {
  const path = history.findFile(hash)?.path;
  if (path === undefined) throw new DocumentError(`${id} (${hash})`, 'expected it among the kept documents, got none');
  for await (const found of readDocumentFile(path)) {
    if (found instanceof DocumentError) throw found;
    const kept = `sha256:${hashOf('sha256', found.bytes)}`;
    if (kept !== hash) throw new DocumentError(path, `expected ${id} of ${hash}, got bytes of ${kept}`);
    return found.bytes;
  }
  throw new DocumentError(path, `expected ${id}, got an empty archive`);
}
