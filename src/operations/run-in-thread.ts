import { Worker, parentPort, workerData } from 'node:worker_threads';

/** Work on another thread that did not come to an end. `code` is that of the error there. */
class ThreadFailedError extends Error {
  override readonly name = 'ThreadFailedError';
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

type Answer<Result> = { readonly result: Result } | { readonly message: string; readonly code: string };

/** A thread that has not stopped by then is ended; what it kept is kept. */
const stopWithinMs = 5000;

/**
 * Runs `module` on a thread of its own, which must call `answerFromThread`; order and result must be plain data.
 * @throws {ThreadFailedError}
 */
export async function runInThread<Result>(module: URL, order: object, signal: AbortSignal): Promise<Result> {
  const worker = new Worker(module, { workerData: order });
  let ending: NodeJS.Timeout | undefined;
  const stop = (): void => {
    worker.postMessage('stop');
    ending = setTimeout(() => void worker.terminate(), stopWithinMs).unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const answer = await new Promise<Answer<Result>>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new ThreadFailedError(`the thread ended with ${code}`, 'thread-ended')));
    });
    if ('result' in answer) return answer.result;
    throw new ThreadFailedError(answer.message, answer.code);
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(ending);
    await worker.terminate();
  }
}

/** On that thread: does what was ordered, and answers with what came of it. */
export async function answerFromThread<Order, Result>(
  run: (order: Order, signal: AbortSignal) => Promise<Result>,
): Promise<void> {
  const stop = new AbortController();
  parentPort?.once('message', () => stop.abort(new Error('stopped before its end')));
  let answer: Answer<Result>;
  try {
    answer = { result: await run(workerData as Order, stop.signal) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    answer = { message: error instanceof Error ? error.message : String(error), code };
  }
  parentPort?.postMessage(answer);
  parentPort?.close();
}

/** The module beside `importer`, as it is called in a clone and in the published package. */
export function moduleBeside(importer: string, name: string): URL {
  return new URL(`./${name}.${importer.endsWith('.ts') ? 'ts' : 'js'}`, importer);
}
