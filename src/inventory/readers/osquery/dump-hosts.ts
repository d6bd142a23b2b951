import { textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import type { HostResults } from './host-results.ts';
import type { ResultSet } from './result-set.ts';

/**
 * Results that name no host are of one, unless a column of theirs tells several apart, as exports of a question to many
 * hosts have it.
 */
export function hostsOfDump(sets: readonly ResultSet[]): readonly HostResults[] {
  const byHost = new Map<string, { readonly name: string | undefined; readonly sets: ResultSet[] }>();
  for (const set of sets) {
    for (const [key, rows] of Map.groupBy(set.rows, (row) => shortName(hostOf(row)))) {
      const host = byHost.get(key) ?? { name: hostOf(rows[0]), sets: [] };
      byHost.set(key, host);
      host.sets.push({ ...set, rows });
    }
  }
  const hosts = [...byHost].map(([key, host]) => ({
    key,
    identifier: undefined,
    decoratedName: host.name,
    sets: host.sets,
  }));
  const named = hosts.filter(({ key }) => key !== '');
  return hosts.length === 2 && named.length === 1 && named[0] !== undefined
    ? [{ ...named[0], sets: hosts.flatMap((host) => host.sets) }]
    : hosts;
}

function hostOf(row: JsonRecord | undefined): string | undefined {
  return row && textField(row, 'host_display_name', 'host_hostname', 'hostIdentifier', 'computer_name', 'hostname');
}

/** `PC1` and `pc1.contoso.com` are one host. */
function shortName(name: string | undefined): string {
  return name?.toLowerCase().split('.', 1)[0] ?? '';
}
