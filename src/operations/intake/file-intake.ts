import type { Tenant } from '../../store/store.ts';
import type { Application } from '../application.ts';
import type { DropFolder, Outbox } from './drop-folder.ts';
import { importReports } from './import-reports.ts';
import type { ReadOptions, RefusedReport } from './read-reports.ts';
import type { DroppedFile } from './settled-files.ts';

/** What became of a dropped file. */
export type FileEvent =
  | {
      readonly kind: Outbox;
      readonly file: string;
      readonly movedTo: string;
      /** Observations that are on disk. */
      readonly stored: number;
      readonly refused: readonly RefusedReport[];
    }
  /** It stays where it is and is tried again; told once. */
  | { readonly kind: 'waiting'; readonly file: string; readonly reason: string }
  /** Of a single record that was set aside. */
  | { readonly kind: 'note'; readonly text: string };

export interface IntakeOptions extends Pick<ReadOptions, 'encoding' | 'format' | 'mapping' | 'naming' | 'limits'> {
  readonly application: Pick<Application, 'applyReport'>;
  readonly tenant: Tenant;
  readonly folder: DropFolder;
  readonly now: () => Date;
  readonly onEvent: (event: FileEvent) => void;
}

/** Files whose reports share commits. */
const mostAtOnce = 200;
const mostBytesAtOnce = 64 * 1024 * 1024;
/** Reasons that lie in the machine and pass, not in the file: somebody has it open, the disk is full. */
const passing: ReadonlySet<string> = new Set([
  'EBUSY',
  'EACCES',
  'EPERM',
  'EAGAIN',
  'EMFILE',
  'ENFILE',
  'EIO',
  'ETIMEDOUT',
  'ESTALE',
  'store-write',
  'store-closed',
  'device-busy',
]);
/** A file that is gone was moved or removed by somebody else. */
const gone: ReadonlySet<string> = new Set(['ENOENT', 'file-missing']);
const longestRetryMs = 60_000;
const mostReasons = 1000;

/** What is known of a file that could not be dealt with yet. */
interface Pending {
  readonly file: DroppedFile;
  readonly attempts: number;
  readonly notBeforeMs: number;
  /** It is stored, and only waits to be moved. */
  readonly outcome: FileOutcome | undefined;
}

/** What a file gave. */
interface FileOutcome {
  stored: number;
  readonly refused: RefusedReport[];
}

/** Imports files of a drop folder and moves them out of the way. */
export class FileIntake {
  readonly #options: IntakeOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Deals with settled files, group by group, until `signal` says to stop. */
  async take(settled: readonly DroppedFile[], signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    this.#forgetGone(settled);
    const due = settled.filter((file) => this.#isDue(file, nowMs));
    for (const group of groupsOf(due)) {
      if (signal.aborted) return;
      const fresh = group.filter(({ path }) => this.#pending.get(path)?.outcome === undefined);
      const outcomes = await this.#import(fresh, signal);
      // Broken off: what is stored is stored, and taken in again by the next process.
      if (signal.aborted) return;
      for (const file of group) {
        const outcome = outcomes.get(file.path) ?? this.#pending.get(file.path)?.outcome;
        if (outcome !== undefined) this.#finish(file, outcome);
      }
    }
  }

  #forgetGone(settled: readonly DroppedFile[]): void {
    if (this.#pending.size === 0) return;
    const paths = new Set(settled.map(({ path }) => path));
    for (const path of this.#pending.keys())
      if (!paths.has(path) && this.#options.folder.find(path) === undefined) this.#pending.delete(path);
  }

  #isDue(file: DroppedFile, nowMs: number): boolean {
    const pending = this.#pending.get(file.path);
    if (pending === undefined) return true;
    if (isSame(pending.file, file)) return nowMs >= pending.notBeforeMs;
    this.#pending.delete(file.path);
    return true;
  }

  async #import(files: readonly DroppedFile[], signal: AbortSignal): Promise<ReadonlyMap<string, FileOutcome>> {
    const outcomes = new Map<string, FileOutcome>(files.map(({ path }) => [path, { stored: 0, refused: [] }]));
    const { application, tenant, encoding, format, mapping, naming, limits, now, onEvent } = this.#options;
    await importReports(application, tenant, {
      paths: files.map(({ path }) => path),
      encoding,
      mapping,
      naming,
      format,
      ...(limits === undefined ? {} : { limits }),
      now,
      signal,
      onNote: (text) => onEvent({ kind: 'note', text }),
      onStored: ({ origin }) => {
        const outcome = outcomes.get(origin);
        if (outcome !== undefined) outcome.stored += 1;
      },
      onRefused: (refused) => void outcomes.get(refused.origin)?.refused.push(refused),
    });
    return outcomes;
  }

  #finish(file: DroppedFile, outcome: FileOutcome): void {
    const { folder, onEvent } = this.#options;
    const causes = outcome.refused.map(({ systemCode, reason }) => systemCode ?? reason);
    if (causes.some((cause) => gone.has(cause))) {
      this.#pending.delete(file.path);
      return;
    }
    const passingCause = outcome.refused.find(({ systemCode, reason }) => passing.has(systemCode ?? reason));
    if (passingCause !== undefined) {
      this.#wait(file, passingCause.message);
      return;
    }
    const current = folder.find(file.path);
    // Written to while it was read: it is another file now, and has to settle again.
    if (current === undefined || !isSame(current, file)) {
      this.#pending.delete(file.path);
      return;
    }
    const kind: Outbox = outcome.refused.length > 0 || outcome.stored === 0 ? 'refused' : 'done';
    try {
      const movedTo = folder.move(file.path, kind, kind === 'done' ? undefined : this.#reasonText(file, outcome));
      this.#pending.delete(file.path);
      onEvent({ kind, file: file.path, movedTo, ...outcome });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#wait(file, `${file.path}: read, but cannot be moved to ${kind}: ${reason}`, outcome);
    }
  }

  #wait(file: DroppedFile, reason: string, outcome?: FileOutcome): void {
    const attempts = (this.#pending.get(file.path)?.attempts ?? 0) + 1;
    if (attempts === 1) this.#options.onEvent({ kind: 'waiting', file: file.path, reason });
    const delayMs = Math.min(longestRetryMs, 500 * 2 ** Math.min(attempts, 10));
    this.#pending.set(file.path, { file, attempts, notBeforeMs: performance.now() + delayMs, outcome });
  }

  #reasonText({ path }: DroppedFile, { stored, refused }: FileOutcome): string {
    const shown = refused.slice(0, mostReasons).map(({ message }) => message);
    const more = refused.length - shown.length;
    return [
      `kbgap did not take in all of this file at ${this.#options.now().toISOString()}: ${refused.length} refused, ${stored} stored.`,
      'Put it back into the drop folder to have it read again; what was stored is not harmed by that.',
      '',
      ...(refused.length === 0 ? [`${path}: holds no report`] : shown),
      ...(more > 0 ? [`… and ${more} more`] : []),
      '',
    ].join('\n');
  }
}

function isSame(a: DroppedFile, b: DroppedFile): boolean {
  return a.sizeBytes === b.sizeBytes && a.changedMs === b.changedMs;
}

/** Files in their order, few enough at a time. */
function* groupsOf(files: readonly DroppedFile[]): Generator<readonly DroppedFile[]> {
  let group: DroppedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (group.length > 0 && (group.length >= mostAtOnce || bytes + file.sizeBytes > mostBytesAtOnce)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(file);
    bytes += file.sizeBytes;
  }
  if (group.length > 0) yield group;
}
