import { QueryRows } from './query-rows.ts';
import type { ResultLine } from './result-line.ts';
import type { ResultSet } from './result-set.ts';

/** What the queries of one host gave. */
export interface HostResults {
  /** `hostIdentifier` of the log; `undefined` for a dump that names no host. */
  readonly identifier: string | undefined;
  /** Its own name where a decorator tells it. */
  readonly decoratedName: string | undefined;
  readonly sets: readonly ResultSet[];
}

/**
 * The lines of a log by host, in the order of their hosts, each query as it stands after its last line. Cloned machines share a
 * hardware UUID, so that two names under one identifier are two hosts. Rotated files come in any order: the time decides.
 */
export function resultsByHost(lines: readonly ResultLine[]): readonly HostResults[] {
  const hosts = groupLines(lines);
  return hosts.map((group) => {
    const queries = new Map<string, QueryRows>();
    const inOrder = [...group].sort(
      (a, b) => (a.unixTime ?? 0) - (b.unixTime ?? 0) || (a.counter ?? 0) - (b.counter ?? 0),
    );
    for (const line of inOrder) {
      const rows = queries.get(line.query) ?? new QueryRows();
      queries.set(line.query, rows);
      rows.apply(line);
    }
    return {
      identifier: group[0]?.host,
      decoratedName: inOrder.findLast(({ decoratedName }) => decoratedName !== undefined)?.decoratedName,
      sets: [...queries].map(([query, rows]) => rows.toResultSet(query)),
    };
  });
}

/** By identifier and decorated name; lines without a name belong to the only name there is. */
function groupLines(lines: readonly ResultLine[]): readonly (readonly ResultLine[])[] {
  const byIdentifier = new Map<string, Map<string, ResultLine[]>>();
  for (const line of lines) {
    const identifier = line.host.toLowerCase();
    const byName = byIdentifier.get(identifier) ?? new Map<string, ResultLine[]>();
    byIdentifier.set(identifier, byName);
    const name = line.decoratedName?.toLowerCase() ?? '';
    const group = byName.get(name) ?? [];
    byName.set(name, group);
    group.push(line);
  }
  return [...byIdentifier.values()].flatMap((byName) => {
    const groups = [...byName.values()];
    return byName.has('') && groups.length === 2 ? [groups.flat()] : groups;
  });
}
