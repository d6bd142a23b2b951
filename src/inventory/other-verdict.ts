import { isNoise } from './facts/noise-updates.ts';
import { compareKbNumbers } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';

/** Who may have judged a device before: the field's other tools. */
export const verdictSources = [
  'windows-update-agent',
  'wsus',
  'configmgr',
  'intune',
  'defender',
  'nessus',
  'wesng',
  'other',
] as const;
export type VerdictSource = (typeof verdictSources)[number];

/**
 * What another tool says of one update on a device. It is shown beside kbgap's verdict and is never part of it: an
 * `installed` here proves nothing either.
 */
export interface OtherVerdict {
  readonly source: VerdictSource;
  readonly kb: KbNumber;
  readonly verdict: 'missing' | 'installed' | 'failed' | 'not-applicable';
  /** The tool's own words, e.g. the update's title. */
  readonly title: string | undefined;
}

/** By source, KB and verdict, each once. Definitions and the like, which come every day, are no verdict. */
export function inVerdictOrder(verdicts: readonly OtherVerdict[]): readonly OtherVerdict[] {
  const byKey = new Map<string, OtherVerdict>();
  for (const each of verdicts) {
    if (isNoise(each.kb)) continue;
    const key = `${each.source} ${each.kb} ${each.verdict}`;
    const before = byKey.get(key);
    if (before === undefined || (each.title ?? '') > (before.title ?? '')) byKey.set(key, each);
  }
  return [...byKey.values()].sort(
    (a, b) => compareText(a.source, b.source) || compareKbNumbers(a.kb, b.kb) || compareText(a.verdict, b.verdict),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
