import { findReleases } from '../../catalogue/build-history.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { parseFixedVersion } from '../../catalogue/fixed-version.ts';
import { findWindowsVersion } from '../../catalogue/windows-version.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { OsCandidate } from '../identify-os.ts';
import { isMisfiled } from '../lines/classify-row.ts';
import type { AnomalyList } from './anomaly.ts';
import { lineOf } from './published-fixes.ts';

/** What the rows of one Windows say that cannot be of it, and builds that contradict each other or the history. */
export function addOfWindows(catalogue: Catalogue, os: OsCandidate, found: AnomalyList): void {
  const { product, windows } = os;
  const { version } = windows;
  const line = lineOf(catalogue, os);
  const builds = new Map<KbNumber, Set<number>>();
  for (const fix of catalogue.fixesOfProduct(product)) {
    const { kb, fixedBuild, subType } = catalogue.remediation(catalogue.fixRemediation(fix));
    if (kb === null) continue;
    const fixed = parseFixedVersion(fixedBuild);
    if (fixed.kind === 'windows-build' && findWindowsVersion(fixed.build.build)?.branch !== version.branch) {
      found.add('foreign-build', kb, { detail: `${formatKb(kb)} has the build ${fixedBuild} there`, product });
    } else if (fixed.kind === 'windows-build' && fixed.build.ubr !== undefined && !/hotpatch/i.test(subType)) {
      builds.set(kb, (builds.get(kb) ?? new Set()).add(fixed.build.ubr));
    }
    const cumulative = /^(?:security update|monthly rollup|cumulative update)$/i.test(subType);
    // A Windows that has lost nearly all its rows has few of its own updates left too: those are on its line.
    if (cumulative && !line.placeOf.has(kb) && isMisfiled(catalogue, kb, product))
      found.add('wrong-lineage', kb, {
        detail: `${formatKb(kb)} fixes a tenth or less there of what it fixes elsewhere`,
        product,
      });
  }
  for (const [kb, ubrs] of builds) addBuilds(os, { kb, ubrs: [...ubrs].sort((a, b) => a - b) }, found);
}

interface Builds {
  readonly kb: KbNumber;
  readonly ubrs: readonly number[];
}

function addBuilds(
  { product, windows: { version, side } }: OsCandidate,
  { kb, ubrs }: Builds,
  found: AnomalyList,
): void {
  if (ubrs.length > 1) {
    const both = ubrs.map((ubr) => `${version.build}.${ubr}`).join(' and ');
    found.add('two-builds', kb, { detail: `${formatKb(kb)} has the builds ${both}`, product });
  }
  const history = [...new Set(findReleases(kb, version.branch, side).map(({ ubr }) => ubr))];
  if (history.length > 0 && !ubrs.some((ubr) => history.includes(ubr)))
    found.add('history-disagrees', kb, {
      detail: `${formatKb(kb)} has .${ubrs.join(', .')} in the documents, .${history.join(', .')} in the build history`,
      product,
    });
}
