import { latestDate } from '../sources/publisher-date.ts';
import { feedSources } from '../sources/sources.ts';
import type { FeedName } from '../sources/source.ts';
import { isProblem } from './feed-checks.ts';
import type { FeedCheck } from './feed-checks.ts';
import { FeedFileError } from './feed-file-error.ts';
import type { FeedFolder } from './feed-folder.ts';

/** Which state of one feed is held. `absent`, `unreadable`: its fields are `null` wherever they are shown. */
export interface FeedStatus {
  readonly feed: FeedName;
  readonly title: string;
  readonly state: 'held' | 'absent' | 'unreadable';
  /** When the publisher dates it: a UTC day or instant. */
  readonly date: string | null;
  readonly version: string | null;
  readonly records: number | null;
  /** UTC instant at which kbgap first saw this content. */
  readonly firstSeenAt: string | null;
  /** How its addresses answered when they were last asked; `null` where none was. */
  readonly check: FeedCheckStatus | null;
}

/** Instants are UTC. */
export interface FeedCheckStatus {
  readonly checkedAt: string;
  /** Of its addresses the worst. */
  readonly outcome: 'ok' | 'refused' | 'failed';
  /** Why the last check brought nothing, the first of its addresses; `null` where all is well. */
  readonly problem: string | null;
  /** When all its addresses had answered well: the last success of the one that failed longest; `null` where one never did. */
  readonly lastSuccessAt: string | null;
}

/** Every feed that kbgap knows, held or not, in a fixed order. */
export function feedStatus(folder: FeedFolder): readonly FeedStatus[] {
  const checks = Map.groupBy(folder.checks.list(), ({ feed }) => feed);
  return feedSources.map(({ name, title }) => {
    const check = checkStatus(checks.get(name) ?? []);
    try {
      const held = folder.find(name);
      if (held === undefined) return nothing(name, title, { state: 'absent', check });
      const { date, version, count, firstSeenAt } = held;
      return { feed: name, title, state: 'held', date, version, records: count, firstSeenAt, check };
    } catch (error) {
      if (error instanceof FeedFileError) return nothing(name, title, { state: 'unreadable', check });
      throw error;
    }
  });
}

function nothing(feed: FeedName, title: string, { state, check }: Pick<FeedStatus, 'state' | 'check'>): FeedStatus {
  return { feed, title, state, date: null, version: null, records: null, firstSeenAt: null, check };
}

function checkStatus(checks: readonly FeedCheck[]): FeedCheckStatus | null {
  if (checks.length === 0) return null;
  const problems = checks.filter(isProblem);
  const isRefused = problems.length > 0 && problems.every(({ state }) => state === 'refused');
  const successes = checks.flatMap(({ succeededAt }) => succeededAt ?? []);
  return {
    checkedAt: latestDate(checks.map(({ checkedAt }) => checkedAt)) ?? '',
    outcome: problems.length === 0 ? 'ok' : isRefused ? 'refused' : 'failed',
    problem: problems[0]?.reason ?? null,
    lastSuccessAt: successes.length < checks.length ? null : successes.reduce((a, b) => (a < b ? a : b)),
  };
}
