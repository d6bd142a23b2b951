import type { RegistryKey } from '../../facts/registry-keys.ts';

/** Keys of one computer. */
export interface HostKeys {
  readonly host: string | undefined;
  readonly keys: readonly RegistryKey[];
}

/**
 * Keys by the computer that stands before them (`\\SRV1\HKEY_…`). Without one they are of one computer, until a value comes again
 * with other data: then the next one's begin.
 */
export function keysByHost(keys: readonly RegistryKey[]): readonly HostKeys[] {
  const named = new Map<string, { readonly host: string; readonly keys: RegistryKey[] }>();
  const plain: RegistryKey[] = [];
  for (const key of keys) {
    const [, host, path] = /^\\\\([^\\]{1,255})\\(.*)$/.exec(key.path) ?? [];
    if (host === undefined || path === undefined) plain.push(key);
    else {
      const own = named.get(host.toLowerCase()) ?? { host, keys: [] };
      own.keys.push({ ...key, path });
      named.set(host.toLowerCase(), own);
    }
  }
  return [...named.values(), ...splitAtRepeats(plain)];
}

function splitAtRepeats(keys: readonly RegistryKey[]): readonly HostKeys[] {
  const hosts: RegistryKey[][] = [];
  let seen = new Map<string, unknown>();
  for (const key of keys) {
    const values = [...key.values].map(([name, data]) => [`${key.path.toLowerCase()} ${name}`, data] as const);
    const isOther = values.some(([place, data]) => seen.has(place) && seen.get(place) !== data);
    if (isOther || hosts.length === 0) {
      hosts.push([]);
      seen = new Map();
    }
    hosts.at(-1)?.push(key);
    for (const [place, data] of values) seen.set(place, data);
  }
  return hosts.map((own) => ({ host: undefined, keys: own }));
}
