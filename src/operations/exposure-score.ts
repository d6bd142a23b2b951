import type { Severity } from '../catalogue/advisory-document.ts';
import type { ProductFindings } from '../assessment/findings.ts';
import type { Contribution } from './contribution.ts';
import type { CveRatings } from './cve-ratings.ts';
import type { TenantExposure } from './tenant-exposure.ts';

/** Points at which a device's score is 50. Published with the formula in docs/exposure-score.md. */
const halfPoints = 200;
/** What a CVE that is known to be exploited weighs, in CVEs that are not. */
const exploitedFactor = 10;

const bySeverity: Readonly<Record<Severity, number>> = { Critical: 9, Important: 7, Moderate: 5, Low: 3 };
const unrated = 5;

/** Points of one open CVE: a tenth of its CVSS base score, or of what stands for its severity where it has none. */
export function cveWeight({
  baseScore,
  severity,
  isExploited,
}: {
  readonly baseScore: number | null;
  readonly severity: Severity | null;
  readonly isExploited: boolean;
}): number {
  const score = baseScore ?? (severity === null ? unrated : bySeverity[severity]);
  return (score / 10) * (isExploited ? exploitedFactor : 1);
}

/** 0 to 100, growing ever more slowly. */
export function scoreOf(points: number): number {
  return (100 * points) / (points + halfPoints);
}

/** Lists of open CVEs are shared by thousands of patch states: each is added up once. */
const pointsByRatings = new WeakMap<CveRatings, WeakMap<ProductFindings, number>>();

/** A CVE that is open in two products of a device counts in both: each has to be patched. */
function pointsOf(findings: ProductFindings, ratings: CveRatings): number {
  let known = pointsByRatings.get(ratings);
  if (known === undefined) pointsByRatings.set(ratings, (known = new WeakMap<ProductFindings, number>()));
  let points = known.get(findings);
  if (points === undefined) {
    points = 0;
    for (const cve of findings.cves) points += ratings.weight(cve);
    known.set(findings, points);
  }
  return points;
}

const deviceScores = new WeakMap<CveRatings, WeakMap<Contribution, number>>();

/** As `deviceScore`, each reckoned once. */
function keptScore(contribution: Contribution, kept: WeakMap<Contribution, number>, ratings: CveRatings): number {
  let score = kept.get(contribution);
  if (score === undefined) kept.set(contribution, (score = deviceScore(contribution, ratings)));
  return score;
}

/** Of one device: one that could not be judged counts as wholly exposed, so that not to know never looks like being safe. */
export function deviceScore({ coverage, software }: Contribution, ratings: CveRatings): number {
  if (coverage === 'not-assessed') return 100;
  let points = 0;
  for (const { findings } of software) points += pointsOf(findings, ratings);
  return scoreOf(points);
}

/** The mean over the devices; 0 where there are none. */
export function exposureScore(exposure: TenantExposure, ratings: CveRatings): number {
  const devices = exposure.countDevices();
  if (devices === 0) return 0;
  return exposure.once(exposureScore, ratings, () => {
    let kept = deviceScores.get(ratings);
    if (kept === undefined) deviceScores.set(ratings, (kept = new WeakMap<Contribution, number>()));
    let sum = 0;
    for (const state of exposure.states().values()) sum += state.devices * keptScore(state.contribution, kept, ratings);
    return sum / devices;
  });
}

/** By software id: how much lower the exposure score were without the CVEs that are open in it. */
export function impactScores(exposure: TenantExposure, ratings: CveRatings): ReadonlyMap<string, number> {
  return exposure.once(impactScores, ratings, () => {
    const sums = new Map<string, number>();
    for (const { devices, contribution } of exposure.states().values()) {
      if (contribution.coverage === 'not-assessed') continue;
      const pointsById = new Map<string, number>();
      let all = 0;
      for (const { id, findings } of contribution.software) {
        const points = pointsOf(findings, ratings);
        if (points === 0) continue;
        all += points;
        pointsById.set(id, (pointsById.get(id) ?? 0) + points);
      }
      for (const [id, points] of pointsById)
        sums.set(id, (sums.get(id) ?? 0) + devices * (scoreOf(all) - scoreOf(all - points)));
    }
    const devices = exposure.countDevices();
    return new Map(Array.from(sums, ([id, sum]) => [id, sum / devices]));
  });
}
