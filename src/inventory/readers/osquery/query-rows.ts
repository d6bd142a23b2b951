import { hash } from 'node:crypto';
import { parseInstant } from '../../facts/instant.ts';
import { textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import type { ResultLine } from './result-line.ts';
import type { ResultSet } from './result-set.ts';

/** The state of one query of one host as plain JSON, to be kept between two requests. */
export interface KeptRows {
  readonly rows: readonly JsonRecord[];
  readonly unixTime: number | null;
  readonly observedAt: number | null;
  readonly epoch: string | null;
  readonly counter: number | null;
  readonly run: string | null;
}

/**
 * What a query holds now, as its log lines tell: a snapshot replaces everything; differences are added and taken away in
 * their order. A new epoch, or counter 0, is a first run that starts anew; without one the rows are only those that came
 * since the log began. A line that is older than what is held says nothing new: buffered logs are sent twice now and then.
 */
export class QueryRows {
  readonly #rows = new Map<string, JsonRecord>();
  #unixTime: number | undefined;
  #observedAt: number | undefined;
  #epoch: string | undefined;
  #counter: number | undefined;
  /** The first run or snapshot under way, whose rows come in several lines. */
  #run: string | undefined;

  constructor(kept?: KeptRows) {
    if (kept === undefined) return;
    this.#add(kept.rows);
    this.#unixTime = kept.unixTime ?? undefined;
    this.#observedAt = kept.observedAt ?? undefined;
    this.#epoch = kept.epoch ?? undefined;
    this.#counter = kept.counter ?? undefined;
    this.#run = kept.run ?? undefined;
  }

  apply(line: ResultLine): void {
    if (this.#isOld(line)) return;
    this.#startAnew(line);
    for (const row of line.removed) this.#rows.delete(nameOf(row));
    this.#add(line.added);
    this.#unixTime = line.unixTime ?? this.#unixTime;
    this.#observedAt = line.unixTime ?? line.receivedAt ?? this.#observedAt;
    this.#epoch = line.epoch ?? this.#epoch;
    this.#counter = line.counter ?? this.#counter;
  }

  /** A snapshot, a first run, or the first line of either where they come in several. */
  #startAnew({ kind, epoch, counter, unixTime }: ResultLine): void {
    const isNewEpoch = epoch !== undefined && this.#epoch !== undefined && epoch !== this.#epoch;
    if (kind === 'difference' && counter !== 0 && !isNewEpoch) return;
    const run = [epoch, counter, unixTime].map((part) => part ?? '').join(' ');
    if (kind === 'snapshot' || run !== this.#run) this.#rows.clear();
    this.#run = run;
  }

  toResultSet(query: string): ResultSet {
    return { query, rows: [...this.#rows.values()], observedAt: parseInstant(this.#observedAt) };
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Of the rows alone, whatever their order. */
  hash(): string {
    return hash('sha256', [...this.#rows.keys()].sort().join('\n'));
  }

  toKept(): KeptRows {
    return {
      rows: [...this.#rows.values()],
      unixTime: this.#unixTime ?? null,
      observedAt: this.#observedAt ?? null,
      epoch: this.#epoch ?? null,
      counter: this.#counter ?? null,
      run: this.#run ?? null,
    };
  }

  #add(rows: readonly JsonRecord[]): void {
    for (const row of rows) this.#rows.set(nameOf(row), row);
  }

  #isOld({ unixTime, epoch, counter }: ResultLine): boolean {
    if (unixTime !== undefined && this.#unixTime !== undefined && unixTime < this.#unixTime) return true;
    return (
      unixTime === this.#unixTime &&
      epoch === this.#epoch &&
      counter !== undefined &&
      this.#counter !== undefined &&
      counter < this.#counter
    );
  }
}

/** Equal for equal rows, whatever the order of columns, numbers or texts. */
function nameOf(row: JsonRecord): string {
  const cells = Object.entries(row).map(([column, value]) => [column, textOf(value) ?? '']);
  return JSON.stringify(cells.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0)));
}
