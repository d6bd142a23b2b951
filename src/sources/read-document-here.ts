import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { DocumentError } from './document-error.ts';
import { keepDocument } from './keep-document.ts';
import { readDocument } from './msrc-cvrf/read-document.ts';
import { readDocumentFile } from './read-document-file.ts';
import type { DocumentBytes } from './read-document-file.ts';
import type { ReadDocument, ReadDocuments, RefusedDocument } from './read-documents.ts';

/** Reads one file on the thread that asks, which waits for it. Nothing in it stops it: what fails is refused by name. */
export async function readFileHere(path: string, documentFolder: string | null): Promise<ReadDocuments> {
  const documents: ReadDocument[] = [];
  const refused: RefusedDocument[] = [];
  try {
    for await (const found of readDocumentFile(path)) {
      if (found instanceof DocumentError) refused.push(refusalOf(found, path));
      else {
        const answer = readOne(found, documentFolder);
        if ('reason' in answer) refused.push(answer);
        else documents.push(answer);
      }
    }
  } catch (error) {
    refused.push(refusalOf(error, path));
  }
  return { documents, refused };
}

function readOne(
  { source, bytes, gzip }: DocumentBytes,
  documentFolder: string | null,
): ReadDocument | RefusedDocument {
  try {
    const { document, setAside } = readDocument(source, bytes);
    if (documentFolder !== null) keepDocument(documentFolder, document.hash.replace('sha256:', ''), { bytes, gzip });
    return { source, document, compiled: compileCatalogue([document]), setAside };
  } catch (error) {
    return refusalOf(error, source);
  }
}

function refusalOf(error: unknown, source: string): RefusedDocument {
  const reason = error instanceof Error ? error.message : String(error);
  return { source, reason: reason.startsWith(`${source}: `) ? reason.slice(source.length + 2) : reason };
}
