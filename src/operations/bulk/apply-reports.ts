import { readKept } from '../../inventory/readers/kept-report.ts';
import { emptyInventory } from '../../inventory/inventory.ts';
import type { Tenant } from '../../store/store.ts';
import { unpackReport } from '../../store/report-bytes.ts';
import { keepReport, readyToSave } from '../apply-report.ts';
import type { ReadyReport } from '../apply-report.ts';
import type { OperationContext } from '../context.ts';
import { linePieces } from './line-pieces.ts';
import type { LinePreparer } from './line-preparer.ts';
import { countLines } from './prepared-report.ts';
import type { PreparedLines, PreparedReport, RejectedLine } from './prepared-report.ts';

/** What became of the lines of a body. */
export interface BulkOutcome {
  readonly accepted: number;
  /** Lines that were not taken, the first some thousand of them. */
  readonly rejected: readonly RejectedLine[];
  /** All of them. */
  readonly rejectedCount: number;
}

/** A body of lines that broke off or could not be kept; what was accepted before is kept. */
export class BulkAbortedError extends Error {
  override readonly name = 'BulkAbortedError';
  readonly outcome: BulkOutcome;

  constructor(outcome: BulkOutcome, cause: unknown) {
    super(`after ${outcome.accepted} accepted reports: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.outcome = outcome;
  }
}

export interface BulkOptions {
  readonly receivedAt: Date;
  /** Bytes of one report; a longer line is rejected. */
  readonly longestLine: number;
}

/** Reports in one transaction: it holds up everything else on this thread, for some tens of milliseconds. */
const mostTogether = 500;
const mostRejectedShown = 10_000;
/** Pieces that are read ahead of those that are kept: enough to keep the reading threads busy, and what memory holds. */
const piecesAhead = 5;
/** Pieces that share a transaction, some 400 reports of 2 to 3 KB: one wait for the disk, and a page is written once for all of them. */
const piecesTogether = 2;

/** Codes of a line's own faults; anything else ends the whole. */
const lineFaults: Readonly<Record<string, string>> = {
  'missing-device-identity': 'MissingRequiredParameter',
  'term-format': 'InvalidInput',
  'device-busy': 'ServiceUnavailable',
};

/**
 * Keeps a body of native inventories, one a line, as it comes in: memory does not grow with it, and a line that cannot be
 * read costs that line. Of two lines about one device the later stands.
 * @throws {BulkAbortedError} where the body breaks off or the store cannot keep more.
 */
export async function applyReports(
  context: OperationContext,
  preparer: LinePreparer,
  tenant: Tenant,
  body: AsyncIterable<Uint8Array>,
  { receivedAt, longestLine }: BulkOptions,
): Promise<BulkOutcome> {
  const bulk = new Bulk(context, tenant, receivedAt);
  const ahead: Promise<PreparedLines>[] = [];
  const keepSome = async (): Promise<void> => {
    try {
      await bulk.keep(await Promise.all(ahead.splice(0, piecesTogether)));
    } catch (error) {
      ahead.length = 0;
      throw error;
    }
  };
  try {
    let line = 1;
    for await (const { bytes, tooLong } of linePieces(body, longestLine)) {
      if (tooLong) {
        ahead.push(Promise.resolve(tooLongLine(line, longestLine)));
        line += 1;
      } else {
        const lines = countLines(bytes);
        const prepared = preparer.prepare(bytes, line);
        // Waited for below; until then its failure is nobody's.
        prepared.catch(() => undefined);
        ahead.push(prepared);
        line += lines;
      }
      if (ahead.length >= piecesAhead) await keepSome();
    }
    while (ahead.length > 0) await keepSome();
    return bulk.outcome();
  } catch (error) {
    // What came before the body broke off is kept; where keeping failed, nothing is left here.
    while (ahead.length > 0) await keepSome().catch(() => undefined);
    throw new BulkAbortedError(bulk.outcome(), error);
  }
}

class Bulk {
  readonly #context: OperationContext;
  readonly #tenant: Tenant;
  readonly #receivedAt: Date;
  readonly #rejected: RejectedLine[] = [];
  #rejectedCount = 0;
  #accepted = 0;

  constructor(context: OperationContext, tenant: Tenant, receivedAt: Date) {
    this.#context = context;
    this.#tenant = tenant;
    this.#receivedAt = receivedAt;
  }

  outcome(): BulkOutcome {
    const rejected = this.#rejected.toSorted((a, b) => a.line - b.line);
    return { accepted: this.#accepted, rejected, rejectedCount: this.#rejectedCount };
  }

  /** Reports of these pieces share commits; it is done when all are on disk. @throws what is no line's own fault. */
  async keep(pieces: readonly PreparedLines[]): Promise<void> {
    for (const { rejected } of pieces) for (const each of rejected) this.#reject(each);
    const reports = pieces.flatMap((piece) => piece.reports);
    for (let from = 0; from < reports.length; from += mostTogether) {
      await this.#keepTogether(reports.slice(from, from + mostTogether));
    }
  }

  async #keepTogether(lines: PreparedLines['reports']): Promise<void> {
    const { store, exposures } = this.#context;
    const failures: unknown[] = [];
    const osOf = exposures.verdicts.osFor.bind(exposures.verdicts);
    // Side by side: each asks the store what else is known of its device.
    const made = await Promise.allSettled(
      lines.map(async ({ line, report: prepared }) => {
        const report = this.#ready(prepared);
        return { line, report, kept: await readyToSave(this.#context, this.#tenant, report, osOf) };
      }),
    );
    const ready = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    for (const [at, each] of made.entries())
      if (each.status === 'rejected') this.#fail(lines[at]?.line ?? 0, each.reason, failures);
    const saved = await store.saveReports(ready.map(({ kept }) => kept));
    for (const [at, result] of saved.entries()) {
      const { line, report } = ready[at] ?? {};
      if (line === undefined || report === undefined) continue;
      try {
        if (result.status === 'rejected') throw result.reason;
        // Another source reported between reading and writing: once more, alone.
        if (result.value.isOutdated) await keepReport(this.#context, this.#tenant, report);
        this.#accepted += 1;
      } catch (error) {
        this.#fail(line, error, failures);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #ready({ device, observedAt, os, state, packed }: PreparedReport): ReadyReport {
    return {
      device,
      observedAt,
      os,
      state: () => state,
      inventory: () => readKept({ format: 'native', content: unpackReport(packed) }) ?? emptyInventory,
      packed,
      format: 'native',
      source: 'native',
      receivedAt: this.#receivedAt,
    };
  }

  /** A line's own fault costs the line; anything else is added to `failures`. */
  #fail(line: number, error: unknown, failures: unknown[]): void {
    const code = error instanceof Error && 'code' in error ? lineFaults[String(error.code)] : undefined;
    if (code === undefined) failures.push(error);
    else this.#reject({ line, code, message: (error as Error).message });
  }

  #reject(line: RejectedLine): void {
    this.#rejectedCount += 1;
    if (this.#rejected.length < mostRejectedShown) this.#rejected.push(line);
  }
}

function tooLongLine(line: number, longest: number): PreparedLines {
  const message = `line: expected at most ${longest} bytes, got more`;
  return { reports: [], rejected: [{ line, code: 'RequestEntityTooLarge', message }], lines: 1 };
}
