import type { CveRating } from '../../operations/cve-ratings.ts';

/** MSRC's severity in Defender's words. */
const byMsrc: Readonly<Record<string, 'Critical' | 'High' | 'Medium' | 'Low'>> = {
  Critical: 'Critical',
  Important: 'High',
  Moderate: 'Medium',
  Low: 'Low',
};

/** By MSRC's own word, else by the bands of CVSS 3; `null` where neither is given. */
export function severityOf({
  severity,
  baseScore,
}: Pick<CveRating, 'severity' | 'baseScore'>): 'Critical' | 'High' | 'Medium' | 'Low' | null {
  const own = severity === null ? undefined : byMsrc[severity];
  if (own !== undefined || baseScore === null || baseScore === 0) return own ?? null;
  return baseScore >= 9 ? 'Critical' : baseScore >= 7 ? 'High' : baseScore >= 4 ? 'Medium' : 'Low';
}
