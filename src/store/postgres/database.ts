import { createHash } from 'node:crypto';
import pg from 'pg';
import { clientsOf } from './database-client.ts';
import { isConnectionLoss, isReadOnly, StandbyError, toStoreError } from './database-error.ts';

export interface PostgresSettings {
  /** `postgresql://user:password@host:5432/database`; may be that of a pooler. Of several hosts the one that takes writes is used. */
  readonly url: string;
  /** The same database past a pooler, for notifications; `null`: there is no such way, changes are asked for. Default: `url`. */
  readonly directUrl?: string | null;
  /** Connections for reads beside the one that writes. Default: 8. */
  readonly poolSize?: number;
  /** Statements are prepared once a connection; poolers in transaction mode know nothing of them. Default: no. */
  readonly prepares?: boolean;
}

export type Row = Readonly<Record<string, unknown>>;

/** Runs statements. Values are bound; text is written by this program alone. */
export interface Connection {
  rows(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** Raised only where the server's own default would lose what was answered. */
const durable = `SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') IN ('off', 'local')`;

const beginnings = {
  write: `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${durable}`,
  snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
} as const;

/**
 * The pool of connections, and what is said of a database that does not answer. Keeps no state in a session: poolers may stand between.
 * A connection to a standby is none: after a fail-over the next host is tried, or the same address again.
 */
export class Database {
  /** `db.example:5432/kbgap`, for messages. */
  readonly place: string;
  readonly #pool: pg.Pool;
  readonly #hostCount: number;
  readonly #prepares: boolean;

  constructor({ url, poolSize = 8, prepares = false }: PostgresSettings) {
    this.#prepares = prepares;
    const { config, Client, place, hostCount } = clientsOf(url);
    this.place = place;
    this.#hostCount = hostCount;
    this.#pool = new pg.Pool({ ...config, Client, max: poolSize, idleTimeoutMillis: 30_000, maxLifetimeSeconds: 3600 });
    // An idle connection that was lost is replaced.
    this.#pool.on('error', () => undefined);
  }

  /** Reads what is committed; once more, and at each other host, where a connection was lost. @throws {StoreUnreachableError} */
  async read(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    for (let left = this.#hostCount; ; left -= 1) {
      try {
        return await this.#query(this.#pool, text, values);
      } catch (error) {
        if (left === 0 || !isConnectionLoss(error)) throw toStoreError(error, this.place);
      }
    }
  }

  /** One transaction; what `work` throws takes it back. Errors come as the driver gives them, for whoever retries. */
  async transaction<Result>(kind: keyof typeof beginnings, work: (on: Connection) => Promise<Result>): Promise<Result> {
    const open = await this.begin(kind);
    try {
      const result = await work(open.connection);
      await open.end('COMMIT');
      return result;
    } catch (error) {
      await open.end('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** A transaction that the caller ends. */
  async begin(kind: keyof typeof beginnings): Promise<OpenTransaction> {
    const client = await this.#pool.connect();
    let isEnded = false;
    const end = async (how: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
      if (isEnded) return;
      isEnded = true;
      try {
        const { command } = await client.query(how);
        // A transaction that had failed is taken back, whatever was asked.
        if (command !== how) throw new Error(`expected the database to ${how}, but it did ${command}`);
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    };
    try {
      await client.query(beginnings[kind]);
    } catch (error) {
      client.release(true);
      // Behind a pooler, which says nothing of where it leads to.
      throw isReadOnly(error) ? new StandbyError() : error;
    }
    return { connection: { rows: (text, values = []) => this.#query(client, text, values) }, end };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query(on: pg.Pool | pg.PoolClient, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const name = this.#prepares && values.length > 0 ? { name: nameOf(text) } : {};
    const { rows } = await on.query<Record<string, unknown>>({ ...name, text, values: [...values] });
    return rows;
  }
}

export interface OpenTransaction {
  readonly connection: Connection;
  end(how: 'COMMIT' | 'ROLLBACK'): Promise<void>;
}

const names = new Map<string, string>();

/** A name for good, so that each connection prepares a statement once. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    if (names.size < 500) names.set(text, name);
  }
  return name;
}
