import { parentPort, workerData } from 'node:worker_threads';
import { readFileHere } from './read-document-here.ts';
import type { WorkerAnswer, WorkerOrder } from './read-documents.ts';

// Reads files on a thread of its own: parsing XML takes nearly all the time of an import.
const { documentFolder } = workerData as { readonly documentFolder: string | null };
const port = parentPort;

port?.on('message', ({ path }: WorkerOrder) => {
  void readFileHere(path, documentFolder).then(({ documents, refused }) => {
    const answer: WorkerAnswer = {
      path,
      refused,
      documents: documents.map(({ source, compiled, setAside }) => ({ source, compiled, setAside })),
    };
    const columns = answer.documents.flatMap(({ compiled }) => Object.values(compiled.columns));
    port.postMessage(
      answer,
      columns.map(({ buffer }) => buffer as ArrayBuffer),
    );
  });
});
