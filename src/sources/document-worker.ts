import { parentPort, workerData } from 'node:worker_threads';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { DocumentError } from './document-error.ts';
import { keepDocument } from './keep-document.ts';
import { readDocument } from './msrc-cvrf/read-document.ts';
import { readDocumentFile } from './read-document-file.ts';
import type { DocumentBytes } from './read-document-file.ts';
import type { CompiledDocumentAnswer, RefusedDocument, WorkerAnswer, WorkerOrder } from './read-documents.ts';

// Reads files on a thread of its own: parsing XML takes nearly all the time of an import.
const { documentFolder } = workerData as { readonly documentFolder: string | null };
const port = parentPort;

port?.on('message', ({ path }: WorkerOrder) => {
  void read(path).then((answer) => {
    const columns = answer.documents.flatMap(({ compiled }) => Object.values(compiled.columns));
    port.postMessage(
      answer,
      columns.map(({ buffer }) => buffer as ArrayBuffer),
    );
  });
});

async function read(path: string): Promise<WorkerAnswer> {
  const documents: CompiledDocumentAnswer[] = [];
  const refused: RefusedDocument[] = [];
  try {
    for await (const found of readDocumentFile(path)) {
      if (found instanceof DocumentError) refused.push(refusalOf(found, path));
      else {
        const answer = readOne(found);
        if ('reason' in answer) refused.push(answer);
        else documents.push(answer);
      }
    }
  } catch (error) {
    refused.push(refusalOf(error, path));
  }
  return { path, documents, refused };
}

function readOne({ source, bytes, gzip }: DocumentBytes): CompiledDocumentAnswer | RefusedDocument {
  try {
    const { document, setAside } = readDocument(source, bytes);
    if (documentFolder !== null) keepDocument(documentFolder, document.hash.replace('sha256:', ''), { bytes, gzip });
    return { source, compiled: compileCatalogue([document]), setAside };
  } catch (error) {
    return refusalOf(error, source);
  }
}

function refusalOf(error: unknown, source: string): RefusedDocument {
  const reason = error instanceof Error ? error.message : String(error);
  return { source, reason: reason.startsWith(`${source}: `) ? reason.slice(source.length + 2) : reason };
}
