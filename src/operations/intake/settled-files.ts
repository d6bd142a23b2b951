/** A file in a drop folder, as its folder shows it. */
export interface DroppedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly changedMs: number;
}

interface Seen {
  readonly sizeBytes: number;
  readonly changedMs: number;
  readonly sinceMs: number;
}

/**
 * Tells files that nobody writes any more from half-written ones: size and time of change must stay for a while, by our own
 * clock, since that of a network share may be wrong.
 */
export class SettledFiles {
  readonly #settleMs: number;
  #seen = new Map<string, Seen>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Takes in what a folder shows at `nowMs`; returns the files that have not changed for long enough, in their order. */
  look(files: readonly DroppedFile[], nowMs: number): readonly DroppedFile[] {
    const seen = new Map<string, Seen>();
    const settled = files.filter((file) => {
      const before = this.#seen.get(file.path);
      const isSame = before?.sizeBytes === file.sizeBytes && before.changedMs === file.changedMs;
      const sinceMs = isSame ? before.sinceMs : nowMs;
      seen.set(file.path, { sizeBytes: file.sizeBytes, changedMs: file.changedMs, sinceMs });
      return nowMs - sinceMs >= this.#settleMs;
    });
    this.#seen = seen;
    return settled;
  }

  /** Files that may still be written, or that wait. */
  get count(): number {
    return this.#seen.size;
  }
}
