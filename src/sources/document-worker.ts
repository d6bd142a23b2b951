import { mkdirSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { constants, zstdCompressSync } from 'node:zlib';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { DocumentError } from './document-error.ts';
import { readDocument } from './msrc-cvrf/read-document.ts';
import { readDocumentFile } from './read-document-file.ts';
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
        const answer = readOne(found.source, found.bytes);
        if ('reason' in answer) refused.push(answer);
        else documents.push(answer);
      }
    }
  } catch (error) {
    refused.push(refusalOf(error, path));
  }
  return { path, documents, refused };
}

function readOne(source: string, bytes: Uint8Array): CompiledDocumentAnswer | RefusedDocument {
  try {
    const { document, setAside } = readDocument(source, bytes);
    if (documentFolder !== null) keep(documentFolder, document.hash, bytes);
    return { source, compiled: compileCatalogue([document]), setAside };
  } catch (error) {
    return refusalOf(error, source);
  }
}

/** The document as published, compressed, under its hash; one that is there already stays as it is. */
function keep(folder: string, hash: string, bytes: Uint8Array): void {
  const file = join(folder, `${hash.replace('sha256:', '')}.zst`);
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const temporary = `${file}.${process.pid}.${threadId}`;
  writeFileSync(temporary, packed, { mode: 0o600 });
  renameSync(temporary, file);
}

function refusalOf(error: unknown, source: string): RefusedDocument {
  const reason = error instanceof Error ? error.message : String(error);
  return { source, reason: reason.startsWith(`${source}: `) ? reason.slice(source.length + 2) : reason };
}
