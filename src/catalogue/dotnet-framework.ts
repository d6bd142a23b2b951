/** Release numbers of .NET Framework 4 in its file versions. Source: Microsoft's table of .NET Framework versions. */
const fileVersions: readonly [firstRevision: number, major: string, version: string][] = [
  [9032, '4.8', '4.8.1'],
  [0, '4.8', '4.8'],
  [3056, '4.7', '4.7.2'],
  [2556, '4.7', '4.7.1'],
  [0, '4.7', '4.7'],
  [1586, '4.6', '4.6.2'],
  [1038, '4.6', '4.6.1'],
  [0, '4.6', '4.6'],
  [51209, '4.5', '4.5.2'],
  [50938, '4.5', '4.5.1'],
];

/** The version that documents name: `4.8.04084` is 4.8, `4.8.09037` is 4.8.1, `v3.5` is 3.5, `3.5.30729.01` is 3.5.1's 3.5. */
export function normaliseDotnetVersion(text: string): string | undefined {
  const match = /^\s*v?(\d)\.(\d)(?:\.(\d+))?/i.exec(text);
  if (match === null) return undefined;
  const [, major = '', minor = '', third] = match;
  const base = `${major}.${minor}`;
  if (third === undefined) return base;
  if (Number(third) < 10) return third === '0' ? base : `${base}.${third}`;
  return fileVersions.find(([first, of]) => of === base && first <= Number(third))?.[2] ?? base;
}

const published = /^Microsoft \.NET Framework (.+?) on /;

/** Windows 7 and Server 2008 R2 call their 3.5 with its service pack `3.5.1`: inventories say 3.5. */
export function isSameDotnetVersion(a: string, b: string): boolean {
  const plain = (version: string): string => (version === '3.5.1' ? '3.5' : version);
  return plain(a) === plain(b);
}

/** What a published product's name says. */
export interface PublishedDotnet {
  readonly versions: readonly string[];
  /** `3.5 AND 4.8` is for machines with 4.8, on which 3.5 may be switched on: one update serves both. */
  readonly holds35: boolean;
}

/**
 * Versions in a published product's name; of `3.5 AND 4.8` the later, since 3.5 tells nothing apart there. `undefined`
 * where the product is no .NET Framework.
 */
export function publishedDotnetVersions(productName: string): PublishedDotnet | undefined {
  const parts = published.exec(productName)?.[1]?.split(/\s+and\s+/i);
  const last = parts?.at(-1);
  if (parts === undefined || last === undefined) return undefined;
  const versions = last.replace(/\s+service pack \d/i, '').split('/');
  return { versions, holds35: parts.length > 1 && parts[0]?.startsWith('3.5') === true };
}
