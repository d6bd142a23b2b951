import type { NamedRow } from '../../text/named-row.ts';
import { identityColumns } from './view-row.ts';

/** Rows of several views that are about one host. */
export interface JoinedHost {
  readonly resourceId: string | undefined;
  readonly name: string | undefined;
  readonly rows: readonly NamedRow[];
}

/** Hosts and the number of rows that name none. */
export interface JoinedHosts {
  readonly hosts: readonly JoinedHost[];
  readonly nameless: number;
}

/** Rows put together by `ResourceID`; a row with only a name goes to the resource that another row gives that name. */
export function joinByHost(rows: readonly NamedRow[]): JoinedHosts {
  const idsByName = resourcesByName(rows);
  const byKey = new Map<string, { resourceId: string | undefined; name: string | undefined; rows: NamedRow[] }>();
  let nameless = 0;
  for (const row of rows) {
    const name = row.text(...identityColumns.name);
    const named = idsByName.get(name?.toLowerCase() ?? '') ?? [];
    // A name that two resources bear is no way to either.
    const resourceId = row.text(...identityColumns.resourceId) ?? (named.length === 1 ? named[0] : undefined);
    const key = resourceId === undefined ? `name ${name?.toLowerCase() ?? ''}` : `id ${resourceId}`;
    if (key === 'name ') nameless += 1;
    else {
      const host = byKey.get(key) ?? { resourceId, name: undefined, rows: [] };
      host.name ??= name;
      host.rows.push(row);
      byKey.set(key, host);
    }
  }
  return { hosts: [...byKey.values()], nameless };
}

function resourcesByName(rows: readonly NamedRow[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const id = row.text(...identityColumns.resourceId);
    const name = row.text(...identityColumns.name)?.toLowerCase();
    if (id === undefined || name === undefined) continue;
    const ids = found.get(name) ?? [];
    if (!ids.includes(id)) found.set(name, [...ids, id]);
  }
  return found;
}
