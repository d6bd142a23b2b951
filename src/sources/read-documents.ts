import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AdvisoryDocument, SetAsideRecord } from '../catalogue/advisory-document.ts';
import type { CompiledCatalogue } from '../catalogue/catalogue-format.ts';
import { expandLate } from '../catalogue/expand-catalogue.ts';
import type { DocumentFile } from './list-document-files.ts';

export interface WorkerOrder {
  readonly path: string;
}

/** What one file gave. Documents come compiled: columns cross from thread to thread without being copied. */
export interface WorkerAnswer {
  readonly path: string;
  readonly documents: readonly CompiledDocumentAnswer[];
  readonly refused: readonly RefusedDocument[];
}

/** One document, compiled alone. */
export interface CompiledDocumentAnswer {
  readonly source: string;
  readonly compiled: CompiledCatalogue;
  readonly setAside: readonly SetAsideRecord[];
}

/** What was read of all files. */
export interface ReadDocuments {
  readonly documents: readonly ReadDocument[];
  readonly refused: readonly RefusedDocument[];
}

export interface ReadDocument extends CompiledDocumentAnswer {
  /** Its vulnerabilities, products and known issues are expanded when they are first asked for. */
  readonly document: AdvisoryDocument;
}

/** A document that failed as a whole, by name and reason. */
export interface RefusedDocument {
  readonly source: string;
  readonly reason: string;
}

export interface ReadOptions {
  /** Where the documents are kept as published, by hash; `null` to keep none. */
  readonly documentFolder: string | null;
  /** Called after each file. */
  readonly onFile?: (done: number, total: number, path: string) => void;
  readonly signal?: AbortSignal;
  /** At most so many threads; as many as there are processors unless told. */
  readonly threads?: number | undefined;
  /** Memory of a thread, beside the bytes of its file. */
  readonly heapMb?: number;
  /** A single file is read on the thread that asks, which then answers nobody meanwhile: quicker than a new thread. */
  readonly here?: boolean;
}

/** A thread that reads the largest documents needs a fifth of it. */
const usualHeapMb = 512;

/**
 * Reads files on as many threads as there are processors (at most 4: each needs some 100 MB). A file that cannot be read
 * is refused by name and the others go on. @throws the signal's reason on abort.
 */
export async function readDocuments(files: readonly DocumentFile[], options: ReadOptions): Promise<ReadDocuments> {
  const [only] = files;
  if (options.here === true && files.length === 1 && only !== undefined) return readOnlyFile(only, options);
  // The largest first, so that no thread is left alone with one at the end.
  const waiting = [...files].sort((a, b) => b.sizeBytes - a.sizeBytes);
  const answers: (ReadDocuments & { readonly path: string })[] = [];
  const threads = Math.max(1, Math.min(4, options.threads ?? availableParallelism(), waiting.length));
  const take = (): DocumentFile | undefined => waiting.shift();
  const done = (answer: WorkerAnswer): void => {
    answers.push({ ...answer, documents: answer.documents.map(withDocument) });
    options.onFile?.(answers.length, files.length, answer.path);
  };
  await Promise.all(Array.from({ length: threads }, () => runThread(take, done, options)));
  answers.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    documents: answers.flatMap(({ documents }) => documents),
    refused: answers.flatMap(({ refused }) => refused),
  };
}

async function readOnlyFile({ path }: DocumentFile, options: ReadOptions): Promise<ReadDocuments> {
  options.signal?.throwIfAborted();
  const { readFileHere } = await import('./read-document-here.ts'); // with the parser, which others need not load
  const read = await readFileHere(path, options.documentFolder);
  options.onFile?.(1, 1, path);
  return read;
}

function withDocument(answer: CompiledDocumentAnswer): ReadDocument {
  const [document] = expandLate(answer.compiled);
  if (document === undefined) throw new RangeError(`${answer.source}: expected one document, got none`);
  return { ...answer, document };
}

/** Works off files on a thread until none is left. One that ends the thread (no memory left) is refused, and a new thread goes on. */
async function runThread(
  take: () => DocumentFile | undefined,
  done: (answer: WorkerAnswer) => void,
  options: ReadOptions,
): Promise<void> {
  for (let file = take(); file !== undefined; file = take()) {
    const lost = await runWorker(file, take, done, options);
    if (lost === undefined) return;
    done({ path: lost.path, documents: [], refused: [{ source: lost.path, reason: lost.reason }] });
  }
}

interface LostFile {
  readonly path: string;
  readonly reason: string;
}

/** Until no file is left, or up to the one that the thread did not survive. */
function runWorker(
  first: DocumentFile,
  take: () => DocumentFile | undefined,
  done: (answer: WorkerAnswer) => void,
  options: ReadOptions,
): Promise<LostFile | undefined> {
  const { signal, documentFolder, heapMb = usualHeapMb } = options;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./document-worker.${extension}`, import.meta.url), {
    workerData: { documentFolder },
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 64 },
  });
  return new Promise<LostFile | undefined>((resolve, reject) => {
    const stop = (): void => reject(signal?.reason instanceof Error ? signal.reason : new Error('interrupted'));
    signal?.addEventListener('abort', stop, { once: true });
    let current = first;
    const order = (): void => worker.postMessage({ path: current.path } satisfies WorkerOrder);
    worker.on('message', (answer: WorkerAnswer) => {
      done(answer);
      const next = take();
      if (next === undefined) return resolve(undefined);
      current = next;
      order();
    });
    worker.on('error', (error) => resolve({ path: current.path, reason: reasonOfEnd(error, heapMb) }));
    worker.on('exit', (code) => resolve({ path: current.path, reason: `the thread that read it ended with ${code}` }));
    order();
  }).finally(() => worker.terminate());
}

function reasonOfEnd(error: Error, heapMb: number): string {
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return `expected a document that is read in ${heapMb} MB of memory, got one that needs more`;
  return `the thread that read it ended: ${error.message}`;
}
