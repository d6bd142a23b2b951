/**
 * One address for each server that a connection string names, in its order: `postgresql://user@one:5432,two:5433/kbgap` is that of
 * `one` and that of `two`, as in libpq ("34.1.1.3. Specifying Multiple Hosts"). A port that stands once counts for that host alone.
 */
export function addressesOf(url: string): readonly string[] {
  const [, scheme = '', authority = '', rest = ''] = /^([a-z]+:\/\/)([^/?#]*)(.*)$/s.exec(url) ?? [];
  const at = authority.lastIndexOf('@') + 1;
  const hosts = authority.slice(at).split(',');
  if (hosts.length === 1) return [url];
  return hosts.map((host) => `${scheme}${authority.slice(0, at)}${host}${rest}`);
}
