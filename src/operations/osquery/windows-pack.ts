import { readFileSync } from 'node:fs';

interface PackQuery {
  /** Of the schedule, and the id of the same question asked at once: one name, one state. */
  readonly name: string;
  readonly reason: string;
  readonly query: string;
  /** Seconds. */
  readonly interval: number;
  /** Without its result the device cannot be judged. */
  readonly essential: boolean;
  /** The first osquery that has the table. */
  readonly version?: string;
  /** A query that gives a row where the table is there. */
  readonly discovery?: string;
}

interface Pack {
  readonly options: Readonly<Record<string, unknown>>;
  readonly queries: readonly PackQuery[];
}

/** What osqueryd on Windows is asked, with a reason for each question. */
export const windowsPack: Pack = JSON.parse(
  readFileSync(new URL('windows-pack.json', import.meta.url), 'utf8'),
) as Pack;

/** The configuration of every node: nodes that are no Windows pass the questions over by their platform. */
export const nodeConfig: object = {
  schedule: Object.fromEntries(
    windowsPack.queries.map(({ name, query, interval, version }) => [
      name,
      { query, interval, snapshot: true, platform: 'windows', ...(version === undefined ? {} : { version }) },
    ]),
  ),
  options: windowsPack.options,
  node_invalid: false,
};

/** An answer of the distributed API. */
export interface Questions {
  readonly queries: Readonly<Record<string, string>>;
  readonly discovery?: Readonly<Record<string, string>>;
  /** Seconds in which the node asks more often for what else there is. */
  readonly accelerate?: number;
}

export const noQuestions: Questions = { queries: {} };

const hourMs = 3_600_000;
/** Kept results are renewed every six hours at least while the schedule runs, so that it stands still when they are older. */
const freshMs = 12 * hourMs;
const accelerateSeconds = 60;

/**
 * What a node has to be asked now instead of waiting for its schedule: all that is missing or old where something essential is,
 * else nothing. `receivedAt` is that of the last result by its query's name.
 */
export function questionsFor(receivedAt: ReadonlyMap<string, string>, now: Date): Questions {
  const isFresh = ({ name, interval }: PackQuery): boolean => {
    const last = receivedAt.get(name);
    if (last === undefined) return false;
    // What came after now by the clock came before it was set back.
    const ageMs = now.getTime() - Date.parse(last);
    return Math.abs(ageMs) < Math.max(freshMs, 3 * interval * 1000);
  };
  const old = windowsPack.queries.filter((query) => !isFresh(query));
  if (!old.some(({ essential }) => essential)) return noQuestions;
  const discovery = old.flatMap(({ name, discovery: query }) => (query === undefined ? [] : [[name, query] as const]));
  return {
    queries: Object.fromEntries(old.map(({ name, query }) => [name, query])),
    ...(discovery.length === 0 ? {} : { discovery: Object.fromEntries(discovery) }),
    accelerate: accelerateSeconds,
  };
}
