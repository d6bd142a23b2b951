import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Validators } from '../sources/http/fetch-bytes.ts';
import type { FeedName } from '../sources/source.ts';
import type { FeedAddress } from './feed-addresses.ts';
import { writeFileDurably } from './write-file-durably.ts';

/**
 * What became of one address. `not-modified`: the publisher says so. `unchanged`: it sent what is held. `refused`: older,
 * collapsed, or no such feed. `failed`: no usable answer. `unreachable`: none at all.
 */
export type FeedOutcome = 'kept' | 'unchanged' | 'not-modified' | 'refused' | 'failed' | 'unreachable';

/** How an address answered when it was last asked. Instants are UTC. */
export interface FeedCheck extends FeedAddress, Validators {
  readonly checkedAt: string;
  readonly state: FeedOutcome;
  /** Why nothing came of it; `null` where all is well. */
  readonly reason: string | null;
  /** When it last answered well; `null` before it did. */
  readonly succeededAt: string | null;
  /** Before which the publisher asked not to be asked again; `null` where it did not. */
  readonly notBefore: string | null;
  /** Of the feed as it was held after the answer that the validators are of. */
  readonly heldHash: string | null;
}

const name = 'feed-checks.json';

/** The last check of every address, in `catalogue/feed-checks.json` of the data folder: no part of a feed, so none of a bundle. */
export class FeedChecks {
  readonly #folder: string;

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'catalogue');
  }

  /** By feed and address. A file that cannot be read holds none: each address is then asked again. */
  list(): readonly FeedCheck[] {
    const file = join(this.#folder, name);
    if (!existsSync(file)) return [];
    try {
      const { checks } = JSON.parse(readFileSync(file, 'utf8')) as { readonly checks: readonly FeedCheck[] };
      return checks.filter((check) => typeof check.url === 'string' && typeof check.checkedAt === 'string');
    } catch {
      return [];
    }
  }

  of(feed: FeedName): readonly FeedCheck[] {
    return this.list().filter((check) => check.feed === feed);
  }

  find({ feed, url }: FeedAddress): FeedCheck | undefined {
    return this.list().find((check) => check.feed === feed && check.url === url);
  }

  note(check: FeedCheck): void {
    this.#save([...this.list().filter(({ feed, url }) => feed !== check.feed || url !== check.url), check]);
  }

  /** Forgets addresses that are asked no more. */
  keepOnly(isKept: (check: FeedCheck) => boolean): void {
    const checks = this.list();
    const kept = checks.filter(isKept);
    if (kept.length < checks.length) this.#save(kept);
  }

  #save(checks: readonly FeedCheck[]): void {
    const sorted = [...checks].sort((a, b) => (`${a.feed} ${a.url}` < `${b.feed} ${b.url}` ? -1 : 1));
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileDurably(join(this.#folder, name), Buffer.from(`${JSON.stringify({ checks: sorted }, null, 2)}\n`));
  }
}

/** Whether the last answer was of no use. */
export function isProblem({ state }: Pick<FeedCheck, 'state'>): boolean {
  return state === 'refused' || state === 'failed' || state === 'unreachable';
}
