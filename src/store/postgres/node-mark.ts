import { randomUUID } from 'node:crypto';
import type { Connection, Database } from './database.ts';

/** The channel on which nodes hear of one another's commits; the payload is the id of the node that committed. */
export const channel = 'kbgap_changes';

/**
 * This process among those that share the database: its row counts its commits. The row is written in each transaction, so that it
 * tells whether one whose answer was lost was done, and others see that something was.
 */
export class NodeMark {
  readonly id = randomUUID();
  readonly #notifies: boolean;
  /** Commits that are known to be done. */
  #seq = 0;
  /** Whether one more may be. */
  #isSure = true;

  /** `notifies`: others are told of each commit; engines that know no notifications would fail at it. */
  constructor(notifies = true) {
    this.#notifies = notifies;
  }

  /** Finds out what is not known. */
  async settle(database: Pick<Database, 'transaction'>): Promise<void> {
    if (!this.#isSure) await this.wasCommitted(database);
  }

  /** In a transaction, as its last statement before the commit. */
  async advance(on: Connection): Promise<void> {
    await on.rows(
      `WITH own AS (
         INSERT INTO node AS held (id, seq, seen_at) VALUES ($1, $2, now())
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, seen_at = excluded.seen_at RETURNING id)
       SELECT ${this.#notifies ? `pg_notify('${channel}', id)` : '1'} FROM own`,
      [this.id, this.#seq + 1],
    );
  }

  confirm(): void {
    this.#seq += 1;
  }

  /** Whether the transaction was done whose commit was not heard of. Where it throws it may be asked again. */
  async wasCommitted(database: Pick<Database, 'transaction'>): Promise<boolean> {
    this.#isSure = false;
    const before = this.#seq;
    this.#seq = await this.#read(database);
    this.#isSure = true;
    return this.#seq > before;
  }

  /** Waits for a transaction of ours that the server has not given up yet: it holds the row. */
  #read(database: Pick<Database, 'transaction'>): Promise<number> {
    return database.transaction('write', async (on) => {
      await on.rows('INSERT INTO node (id, seq, seen_at) VALUES ($1, 0, now()) ON CONFLICT DO NOTHING', [this.id]);
      const [row] = await on.rows('SELECT seq FROM node WHERE id = $1 FOR UPDATE', [this.id]);
      return Number(row?.['seq'] ?? 0);
    });
  }
}
