/**
 * Lowest `Release` of each version, newest first. Source: Microsoft Learn, ".NET Framework: Determine which versions are
 * installed", table of minimum values.
 */
const releases: readonly (readonly [release: number, version: string])[] = [
  [533320, '4.8.1'],
  [528040, '4.8'],
  [461808, '4.7.2'],
  [461308, '4.7.1'],
  [460798, '4.7'],
  [394802, '4.6.2'],
  [394254, '4.6.1'],
  [393295, '4.6'],
  [379893, '4.5.2'],
  [378675, '4.5.1'],
  [378389, '4.5'],
];

/** Version of .NET Framework by the registry's `NDP\v4\Full\Release`: 528372 is `4.8`; `undefined` below 4.5. */
export function dotnetVersionOf(release: number): string | undefined {
  return releases.find(([lowest]) => release >= lowest)?.[1];
}
