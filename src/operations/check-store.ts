import { join } from 'node:path';
import { moduleBeside, runInThread } from './run-in-thread.ts';

/**
 * Reads the whole SQLite store of a data folder, on a thread of its own and beside a server: damage on a page that nobody asks for is
 * found while there is a backup from before it. What it found is the error's message. @throws {ThreadFailedError}
 */
export function checkStore(dataFolder: string, signal: AbortSignal): Promise<void> {
  return runInThread(
    moduleBeside(import.meta.url, 'store-check-worker'),
    { file: join(dataFolder, 'kbgap.sqlite') },
    signal,
  );
}
