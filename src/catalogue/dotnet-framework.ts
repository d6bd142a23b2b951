import type { KbNumber } from '../terms/kb-number.ts';

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

/**
 * Versions in a published product's name. `3.5 AND 4.8` is for machines with 4.8, on which 3.5 may be switched on:
 * its 3.5 tells nothing apart, so only the later part counts. `undefined` where the product is no .NET Framework.
 */
export function publishedDotnetVersions(productName: string): readonly string[] | undefined {
  const list = published.exec(productName)?.[1];
  const last = list?.split(/\s+and\s+/i).at(-1);
  return last?.replace(/\s+service pack \d/i, '').split('/');
}

/**
 * Packages that an update list shows in the place of the update that documents name, which is their parent.
 * Source: Microsoft's article of the parent (support.microsoft.com/help/5022729).
 */
const parents: Readonly<Record<string, string>> = { '5022502': '5022729' };

export function parentOfDotnetPackage(kb: KbNumber): KbNumber | undefined {
  return parents[kb] as KbNumber | undefined;
}
