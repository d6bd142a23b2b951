import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Tenant } from '../../store/store.ts';
import type { Application } from '../application.ts';
import { DropFolder } from './drop-folder.ts';
import { FileIntake } from './file-intake.ts';
import type { FileEvent } from './file-intake.ts';
import type { ReadOptions } from './read-reports.ts';
import { SettledFiles } from './settled-files.ts';

export interface WatchOptions extends Pick<ReadOptions, 'encoding' | 'format' | 'mapping' | 'naming' | 'limits'> {
  readonly folder: string;
  /** How long a file must stay as it is before it is read. */
  readonly settleMs: number;
  /** How often the folder is looked at; its own notices only make that sooner. */
  readonly pollMs: number;
  /** One pass over what lies there, then it ends. */
  readonly once: boolean;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly onEvent: (event: WatchEvent) => void;
}

export type WatchEvent =
  | FileEvent
  /** Whether the folder can be read; told when it changes. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'reachable' };

/** Milliseconds of a clock that nobody sets. */
const clock = (): number => performance.now();

/**
 * Takes in what others drop into a folder: every file that has settled is imported and moved to `done/`, or to `refused/` with a
 * file that says why. A file is moved only once all it gave is on disk, so that a process that is killed loses nothing: at worst
 * a file is taken in twice, which changes nothing. Ends when `signal` says so, or with `once` after one pass.
 */
export async function watchFolder(
  application: Pick<Application, 'applyReport'>,
  tenant: Tenant,
  options: WatchOptions,
): Promise<void> {
  const folder = new DropFolder(options.folder);
  const settled = new SettledFiles(options.settleMs);
  const intake = new FileIntake({ ...options, application, tenant, folder });
  if (options.once) {
    // Settled by our own clock: it takes two looks.
    settled.look(folder.list(), clock());
    if (settled.count > 0 && options.settleMs > 0) await pause(options.settleMs + timerErrorMs, options.signal);
    if (!options.signal.aborted) await intake.take(settled.look(folder.list(), clock()), options.signal);
    return;
  }
  const notices = new FolderNotices(options.folder);
  let isReachable = true;
  try {
    while (!options.signal.aborted) {
      try {
        const files = settled.look(folder.list(), clock());
        if (!isReachable) options.onEvent({ kind: 'reachable' });
        isReachable = true;
        await intake.take(files, options.signal);
      } catch (error) {
        if (!isFileSystemError(error)) throw error;
        if (isReachable) options.onEvent({ kind: 'unreachable', reason: error.message });
        isReachable = false;
      }
      await notices.waitFor(options.pollMs, options.signal);
    }
  } finally {
    notices.close();
  }
}

/** A share may be away for a while. */
function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    // Asked to end.
  }
}

/** The system's notices of changes in a folder, where it gives any: network shares mostly give none. */
class FolderNotices {
  #watcher: FSWatcher | undefined;
  #wake: (() => void) | undefined;

  constructor(folder: string) {
    try {
      this.#watcher = watch(folder, { recursive: true, persistent: false });
      this.#watcher.on('change', () => this.#wake?.());
      this.#watcher.on('error', () => this.close());
    } catch {
      // Looking every now and then does.
    }
  }

  /** Until something changed, but not longer. */
  async waitFor(ms: number, signal: AbortSignal): Promise<void> {
    const early = new AbortController();
    this.#wake = () => early.abort();
    await pause(ms, AbortSignal.any([signal, early.signal]));
    this.#wake = undefined;
    // What is written piece by piece gives a notice for each.
    await pause(Math.min(ms, shortestPauseMs), signal);
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

const shortestPauseMs = 100;
/** A timer may end a little before the clock says so. */
const timerErrorMs = 20;
