import { mkdirSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { constants, zstdCompressSync } from 'node:zlib';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { DocumentError } from './document-error.ts';
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
    if (documentFolder !== null) keep(documentFolder, document.hash, { bytes, gzip });
    return { source, compiled: compileCatalogue([document]), setAside };
  } catch (error) {
    return refusalOf(error, source);
  }
}

/** The document as published, under its hash: in the gzip it came in, else as zstd; one that is there already stays as it is. */
function keep(
  folder: string,
  hash: string,
  { bytes, gzip }: { bytes: Uint8Array; gzip: Uint8Array | undefined },
): void {
  const name = join(folder, hash.replace('sha256:', ''));
  if (existsSync(`${name}.zst`) || existsSync(`${name}.gz`)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const packed = gzip ?? zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const temporary = `${name}.${process.pid}.${threadId}`;
  writeFileSync(temporary, packed, { mode: 0o600 });
  renameSync(temporary, `${name}.${gzip === undefined ? 'zst' : 'gz'}`);
}

function refusalOf(error: unknown, source: string): RefusedDocument {
  const reason = error instanceof Error ? error.message : String(error);
  return { source, reason: reason.startsWith(`${source}: `) ? reason.slice(source.length + 2) : reason };
}
