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
  const idsByName = new Map<string, Set<string>>();
  for (const row of rows) {
    const id = row.text(...identityColumns.resourceId);
    const name = row.text(...identityColumns.name)?.toLowerCase();
    if (id !== undefined && name !== undefined) idsByName.set(name, (idsByName.get(name) ?? new Set()).add(id));
  }
  const byKey = new Map<string, { resourceId: string | undefined; name: string | undefined; rows: NamedRow[] }>();
  let nameless = 0;
  for (const row of rows) {
    const name = row.text(...identityColumns.name);
    const named = idsByName.get(name?.toLowerCase() ?? '');
    // A name that two resources bear is no way to either.
    const id = row.text(...identityColumns.resourceId) ?? (named?.size === 1 ? [...named][0] : undefined);
    if (id === undefined && name === undefined) {
      nameless += 1;
      continue;
    }
    const key = id === undefined ? `name ${(name ?? '').toLowerCase()}` : `id ${id}`;
    const host = byKey.get(key) ?? { resourceId: id, name: undefined, rows: [] };
    host.name ??= name;
    host.rows.push(row);
    byKey.set(key, host);
  }
  return { hosts: [...byKey.values()], nameless };
}
