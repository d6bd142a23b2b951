import { compareReleases } from './release-order.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { FixRow } from './fix-rows.ts';
import type { Supersedence } from './supersedence.ts';
import { compareVersions } from './version.ts';
import type { Version } from './version.ts';

/** A chain of packages of one part of a product, as far as what they supersede tells. */
interface Segment {
  readonly kbs: KbNumber[];
  /** Oldest and newest package. */
  first: Package;
  last: Package;
  readonly products: Map<number, number>;
  /** The chains that this one goes on with. */
  readonly continues: Segment[];
  /** Packages of this chain and of those before it. */
  length: number;
}

interface Package {
  readonly kb: KbNumber;
  readonly releasedOn: string;
  readonly version: Version | undefined;
}

/**
 * The lineage of every update: updates that supersede each other are one. Where a chain breaks off because its next package
 * fixed no vulnerability, a later chain of the same product goes on with it, if only one can be meant.
 */
export function lineagesOf(
  rows: readonly FixRow[],
  supersedence: Supersedence,
  { versionOf, joinsStrays }: LineageOptions,
): ReadonlyMap<KbNumber, number> {
  const segments = segmentsOf(rows, supersedence, versionOf);
  const lineages = new Map<KbNumber, number>();
  lastSegments(segments, joinsStrays).forEach((last, number) => {
    const open = [last];
    for (let segment = open.pop(); segment !== undefined; segment = open.pop()) {
      for (const kb of segment.kbs) lineages.set(kb, number);
      open.push(...segment.continues);
    }
  });
  return lineages;
}

interface LineageOptions {
  readonly versionOf: (kb: KbNumber) => Version | undefined;
  /** Where a product has few parts: a package alone that nothing supersedes is an earlier one of the chain that goes on. */
  readonly joinsStrays: boolean;
}

function segmentsOf(
  rows: readonly FixRow[],
  supersedence: Supersedence,
  versionOf: (kb: KbNumber) => Version | undefined,
): readonly Segment[] {
  const releases = new Map<KbNumber, string>();
  const products = new Map<KbNumber, Map<number, number>>();
  for (const { kb, releasedOn, product } of rows) {
    if (kb === null) continue;
    releases.set(kb, releasedOn);
    const counts = products.get(kb) ?? new Map<number, number>();
    products.set(kb, counts.set(product, (counts.get(product) ?? 0) + 1));
  }
  return connected(supersedence).map((kbs) => {
    const packages = kbs
      .map((kb): Package => ({ kb, releasedOn: releases.get(kb) ?? '', version: versionOf(kb) }))
      .sort(byRelease);
    const [first, last] = [packages[0], packages.at(-1)];
    if (first === undefined || last === undefined) throw new RangeError('expected a chain of at least one update');
    const named = new Map<number, number>();
    for (const kb of kbs)
      for (const product of products.get(kb)?.keys() ?? []) named.set(product, (named.get(product) ?? 0) + 1);
    return { kbs, first, last, products: named, continues: [], length: kbs.length };
  });
}

/** The updates in groups, each of those that supersede one another. */
function connected(supersedence: Supersedence): KbNumber[][] {
  const neighbours = new Map<KbNumber, KbNumber[]>();
  for (const kb of supersedence.kbs) neighbours.set(kb, neighbours.get(kb) ?? []);
  for (const kb of supersedence.kbs) {
    for (const parent of supersedence.supersedes(kb)) {
      neighbours.get(kb)?.push(parent);
      neighbours.get(parent)?.push(kb);
    }
  }
  const seen = new Set<KbNumber>();
  const groups: KbNumber[][] = [];
  for (const start of neighbours.keys()) {
    if (seen.has(start)) continue;
    const group: KbNumber[] = [];
    const open = [start];
    seen.add(start);
    for (let kb = open.pop(); kb !== undefined; kb = open.pop()) {
      group.push(kb);
      for (const next of neighbours.get(kb) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    groups.push(group);
  }
  return groups;
}

/** A chain goes on with the longest of those that ended before it began, if no other is even half as long. The last of each are left. */
function lastSegments(segments: readonly Segment[], joinsStrays: boolean): readonly Segment[] {
  const inOrder = segments.toSorted((a, b) => byRelease(a.first, b.first) || b.kbs.length - a.kbs.length);
  const ended = new Set<Segment>();
  for (const segment of inOrder) {
    const own = principalProduct(segment);
    const candidates = [...ended]
      .filter((each) => principalProduct(each) === own && endsBefore(each, segment))
      .sort((a, b) => b.length - a.length);
    const [best, ...others] = candidates;
    if (best !== undefined && best.length >= 2 * (others[0]?.length ?? 0)) {
      for (const each of [best, ...(joinsStrays ? others.filter(({ length }) => length === 1) : [])]) {
        segment.continues.push(each);
        segment.length += each.length;
        ended.delete(each);
      }
    }
    ended.add(segment);
  }
  return [...ended];
}

/** In one document only where a higher version tells the order. */
function endsBefore({ last }: Segment, { first }: Segment): boolean {
  if (last.releasedOn !== first.releasedOn) return last.releasedOn < first.releasedOn;
  return last.version !== undefined && first.version !== undefined && compareVersions(last.version, first.version) < 0;
}

function principalProduct({ products }: Segment): number | undefined {
  return [...products].sort(([a, of], [b, other]) => other - of || a - b)[0]?.[0];
}

function byRelease(a: Package, b: Package): number {
  return compareReleases(a, b, (left, right) => compareVersions(left.version ?? [], right.version ?? []));
}
