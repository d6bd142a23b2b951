import { ReportFileError } from './report-file-error.ts';
import { harmlessBytes } from './report-limits.ts';
import type { ReportLimits } from './report-limits.ts';

/** How deep in archives and compressed files something stands. */
export interface Depth {
  readonly archives: number;
  readonly packings: number;
}

/** What is left of the limits of one file with all that is packed in it. */
export class UnpackingBudget {
  readonly limits: ReportLimits;
  readonly #largestContentBytes: number;
  #entries = 0;
  #contentBytes = 0;

  /** `fileBytes`: size of the file that all of it is packed in. */
  constructor(limits: ReportLimits, fileBytes: number) {
    this.limits = limits;
    // Members that share their bytes have no high ratio each.
    const byRatio = Math.max(harmlessBytes * 16, fileBytes * limits.mostTimesPacked);
    this.#largestContentBytes = Math.min(limits.largestContentBytes, byRatio);
  }

  /** One more file of an archive. @throws {ReportFileError} */
  countEntry(source: string): void {
    this.#entries += 1;
    const { mostEntries } = this.limits;
    if (this.#entries > mostEntries)
      throw new ReportFileError(
        source,
        'archive-too-large',
        `expected archives of at most ${mostEntries} entries, got more; the first ${mostEntries} were read`,
      );
  }

  /** Bytes that were unpacked, or are about to be. @throws {ReportFileError} */
  countBytes(source: string, bytes: number): void {
    this.#contentBytes += bytes;
    if (this.#contentBytes > this.#largestContentBytes)
      throw new ReportFileError(
        source,
        'archive-too-large',
        `expected archives that unpack to at most ${this.#largestContentBytes} bytes, got more; what came before was read`,
      );
  }

  /** @throws {ReportFileError} */
  refuseDepth(source: string, { archives, packings }: Depth): void {
    const { deepestArchive, deepestPacking } = this.limits;
    if (archives > deepestArchive || packings > deepestPacking)
      throw new ReportFileError(
        source,
        'archive-unsupported',
        `expected at most ${deepestArchive} archives in one another, got a deeper one`,
      );
  }

  /** What compressed bytes may unpack to: by their own size, and by the largest report. */
  largestFor(packedBytes: number): number {
    const byRatio = Math.max(harmlessBytes, packedBytes * this.limits.mostTimesPacked);
    return Math.min(this.limits.largestReportBytes, byRatio);
  }

  /** Why something is not unpacked; `undefined` where it may be. */
  sizeError(source: string, sizeBytes: number, packedBytes = sizeBytes): ReportFileError | undefined {
    const { largestReportBytes } = this.limits;
    if (sizeBytes > largestReportBytes)
      return new ReportFileError(
        source,
        'file-too-large',
        `expected a report of at most ${largestReportBytes} bytes, got ${sizeBytes}`,
      );
    return this.ratioError(source, sizeBytes, packedBytes);
  }

  /** As `sizeError`, of an archive that may be larger than a report. */
  ratioError(source: string, sizeBytes: number, packedBytes: number): ReportFileError | undefined {
    const { mostTimesPacked } = this.limits;
    if (sizeBytes <= harmlessBytes || sizeBytes <= packedBytes * mostTimesPacked) return undefined;
    return new ReportFileError(
      source,
      'file-too-large',
      `expected ${packedBytes} bytes that unpack to at most ${mostTimesPacked} times as many, got ${sizeBytes}`,
    );
  }
}
