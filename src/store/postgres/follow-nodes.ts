import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { clientsOf, type DatabaseClients } from './database-client.ts';
import type { Database } from './database.ts';
import { reasonOf } from './database-error.ts';
import { channel, type NodeMark } from './node-mark.ts';

/** How often the database is asked for others' commits where no notification comes, and as a safety net where they do. */
const pollEveryMs = 400;
const netEveryMs = 5000;
/** Between two looks at least: what comes in one after the other is taken over together. */
const leastPauseMs = 100;
/** A node that was not heard of for so long is forgotten. */
const forgottenAfter = '1 day';

export interface FollowNodesOptions {
  readonly database: Database;
  readonly mark: NodeMark;
  /** For notifications; `null`: there is no such way. */
  readonly directUrl: string | null;
  /** Takes over what others committed. May be called with nothing new after the database was away. */
  readonly takeOver: () => Promise<void>;
  /** Told of each look that failed, with the reason, and of the first that went well again, with `undefined`. */
  readonly onTrouble: (reason: string | undefined) => void;
}

/** Hears of other nodes' commits, by notification within milliseconds or by asking, and of a database that goes and comes. */
export class FollowNodes {
  readonly #options: FollowNodesOptions;
  readonly #direct: DatabaseClients | undefined;
  #seen: ReadonlyMap<string, string> = new Map();
  #listener: pg.Client | undefined;
  /** Whether a notification came: a pooler takes the question for them, and lets none through. */
  #isNotified = false;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #wantsMore = false;
  #isStale = true;
  #catchingUp: Promise<void> | undefined;
  #beganAt = 0;
  #isClosed = false;

  constructor(options: FollowNodesOptions) {
    this.#options = options;
    this.#direct = options.directUrl === null ? undefined : clientsOf(options.directUrl);
  }

  /** The first look, and from then on by itself. */
  async start(): Promise<void> {
    await this.look();
    this.#plan();
  }

  /** What this process knows may be behind: all of it is read again. */
  distrust(): void {
    this.#isStale = true;
    void this.look().catch(() => undefined);
  }

  /** Takes over what others committed before the call. One look at a time. @throws where the database does not answer. */
  async look(): Promise<void> {
    if (this.#looking !== undefined) {
      // That one may have asked before what the caller knows of was committed.
      await this.#looking.catch(() => undefined);
      if (this.#looking !== undefined) return this.#looking;
    }
    const looking = this.#look().finally(() => {
      if (this.#looking === looking) this.#looking = undefined;
    });
    this.#looking = looking;
    return looking;
  }

  /**
   * The same for whoever was asked for something that is not known here: however often that happens, the database is not asked more
   * often than by notifications, and one that does not answer leaves things as they are.
   */
  catchUp(): Promise<void> {
    const pause = Math.max(0, this.#beganAt + leastPauseMs - performance.now());
    this.#catchingUp ??= delay(pause).then(() => {
      this.#catchingUp = undefined;
      return this.look().catch(() => undefined);
    });
    return this.#catchingUp;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking?.catch(() => undefined);
    await this.#listener?.end().catch(() => undefined);
  }

  async #look(): Promise<void> {
    const { database, mark, takeOver, onTrouble } = this.#options;
    this.#beganAt = performance.now();
    try {
      this.#wantsMore = false;
      const rows = await database.read('SELECT id, seq FROM node WHERE id <> $1', [mark.id]);
      const found = new Map(rows.map((row) => [String(row['id']), String(row['seq'])]));
      if (this.#isStale || isBeyond(found, this.#seen)) await takeOver();
      this.#seen = found;
      this.#isStale = false;
      onTrouble(undefined);
      await this.#listen();
    } catch (error) {
      this.#isStale = true;
      onTrouble(reasonOf(error));
      throw error;
    }
  }

  #plan(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    const pause = this.#wantsMore ? leastPauseMs : !this.#isNotified ? pollEveryMs : netEveryMs;
    this.#timer = setTimeout(() => {
      void this.look()
        .catch(() => undefined)
        .then(() => this.#plan());
    }, pause).unref();
  }

  /** Asks to be notified; where that cannot be, the database goes on being asked. */
  async #listen(): Promise<void> {
    const { mark, database } = this.#options;
    if (this.#direct === undefined || this.#listener !== undefined || this.#isClosed) return;
    const client = new this.#direct.Client();
    const lose = (): void => {
      if (this.#listener === client) {
        this.#listener = undefined;
        this.#isNotified = false;
      }
      this.#plan();
    };
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ payload }) => {
      this.#isNotified = true;
      if (payload === mark.id) return;
      this.#wantsMore = true;
      this.#plan();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      this.#listener = client;
      // What was committed before it listened is seen by the next look.
      this.#wantsMore = true;
      await database.read(`SELECT pg_notify('${channel}', $1)`, [mark.id]);
      await database.read(`DELETE FROM node WHERE seen_at < now() - interval '${forgottenAfter}' AND id <> $1`, [
        mark.id,
      ]);
    } catch {
      await client.end().catch(() => undefined);
    }
  }
}

function isBeyond(found: ReadonlyMap<string, string>, seen: ReadonlyMap<string, string>): boolean {
  for (const [id, seq] of found) if (seen.get(id) !== seq) return true;
  return false;
}
