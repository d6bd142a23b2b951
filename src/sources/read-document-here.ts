import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { constants, zstdCompressSync } from 'node:zlib';
import { DocumentError } from './document-error.ts';
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
    if (documentFolder !== null) keep(documentFolder, document.hash, { bytes, gzip });
    return { source, document, setAside };
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
