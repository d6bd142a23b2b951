import type { UndeterminedReason } from '../../assessment/assessment.ts';
import { undeterminedReasons } from '../../assessment/assessment.ts';
import { updateName } from '../../assessment/update-name.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { Contribution } from '../contribution.ts';
import type { TenantExposure } from '../tenant-exposure.ts';
import { lastUpdates } from './closed-cves.ts';
import { ageBucketOf, ageBuckets, isClean } from './view-context.ts';
import type { AgeBucket, ViewContext } from './view-context.ts';

/** How the devices of a scope stand, by count. Keys in this order. */
export interface FleetOverview {
  /** By reason: devices with something that could not be judged for it; most devices first. */
  readonly reasons: readonly {
    readonly reason: UndeterminedReason;
    readonly partlyAssessed: number;
    readonly notAssessed: number;
  }[];
  /** Wholly assessed ones without anything missing or open, of how many; and partly assessed ones, in what was judged. */
  readonly nothingMissing: {
    readonly devices: number;
    readonly judged: number;
    readonly partlyDevices: number;
    readonly partlyJudged: number;
  };
  readonly missing: { readonly devices: number; readonly updates: number; readonly toInstall: number };
  readonly openCves: { readonly cves: number; readonly devices: number };
  readonly exploited: { readonly cves: number; readonly devices: number };
  readonly topUpdates: { readonly byDevices: readonly TopUpdate[]; readonly byExploited: readonly TopUpdate[] };
  readonly patchAge: readonly { readonly bucket: AgeBucket; readonly devices: number }[];
}

/** An update to install, and what it closes there, with all that it replaces. */
export interface TopUpdate {
  readonly kb: KbNumber;
  readonly name: string | null;
  readonly devices: number;
  readonly exploitedCves: number;
}

const mostTop = 10;

/** Kept with the exposure until counts, catalogue or feeds change. */
export function fleetOverview(view: ViewContext, exposure: TenantExposure): FleetOverview {
  const basis = view.ratings() ?? view.context.exposures.verdicts.engine;
  return exposure.once(fleetOverview, basis, () => {
    const states = [...exposure.states().values()];
    const count = (fits: (state: Contribution) => boolean): number =>
      states.reduce((sum, { devices, contribution }) => sum + (fits(contribution) ? devices : 0), 0);
    const exploited = view.exploited();
    const exploitedCves = new Set(states.flatMap(({ contribution }) => [...(exploited?.of(contribution) ?? [])]));
    const top = topUpdates(view, exposure);
    return {
      reasons: reasonsOf(count),
      nothingMissing: {
        devices: count((state) => state.coverage === 'assessed' && isClean(state)),
        judged: exposure.countCovered('assessed'),
        partlyDevices: count((state) => state.coverage === 'partly-assessed' && isClean(state)),
        partlyJudged: exposure.countCovered('partly-assessed'),
      },
      missing: {
        devices: count(({ missing }) => missing.length > 0),
        updates: exposure.missing().size,
        toInstall: top.length,
      },
      openCves: {
        cves: exposure.devicesByCve().reduce((sum, devices) => sum + Number(devices > 0), 0),
        devices: count(({ openCves }) => openCves > 0),
      },
      exploited: {
        cves: exploitedCves.size,
        devices: count((state) => (exploited?.of(state).size ?? 0) > 0),
      },
      topUpdates: {
        byDevices: [...top].sort((a, b) => b.devices - a.devices || compareKbNumbers(a.kb, b.kb)).slice(0, mostTop),
        byExploited: top
          .filter((each) => each.exploitedCves > 0)
          .sort((a, b) => b.exploitedCves - a.exploitedCves || b.devices - a.devices || compareKbNumbers(a.kb, b.kb))
          .slice(0, mostTop),
      },
      patchAge: ageBuckets.map((bucket) => ({ bucket, devices: count((state) => ageBucketOf(state) === bucket) })),
    };
  });
}

function reasonsOf(count: (fits: (state: Contribution) => boolean) => number): FleetOverview['reasons'] {
  return undeterminedReasons
    .map((reason) => ({
      reason,
      partlyAssessed: count(({ coverage, reasons }) => coverage === 'partly-assessed' && reasons.includes(reason)),
      notAssessed: count(({ coverage, reasons }) => coverage === 'not-assessed' && reasons.includes(reason)),
    }))
    .filter(({ partlyAssessed, notAssessed }) => partlyAssessed + notAssessed > 0)
    .sort(
      (a, b) => b.partlyAssessed + b.notAssessed - a.partlyAssessed - a.notAssessed || (a.reason < b.reason ? -1 : 1),
    );
}

function topUpdates(view: ViewContext, exposure: TenantExposure): readonly TopUpdate[] {
  const exploited = view.exploited();
  const found = new Map<KbNumber, { devices: number; readonly cves: Set<number> }>();
  for (const { devices, contribution } of exposure.states().values()) {
    for (const kb of contribution.install) {
      const known = found.get(kb) ?? { devices: 0, cves: new Set<number>() };
      known.devices += devices;
      found.set(kb, known);
    }
    if (exploited === undefined) continue;
    const lastOf = lastUpdates(contribution);
    for (const findings of contribution.open)
      for (const at of exploited.placesIn(findings)) {
        const last = lastOf(String(findings.kbs[at] ?? 0) as KbNumber);
        if (last !== undefined) found.get(last)?.cves.add(findings.cves[at] ?? 0);
      }
  }
  return Array.from(found, ([kb, { devices, cves }]) => ({
    kb,
    name: view.published === undefined ? null : (updateName(view.published, kb) ?? null),
    devices,
    exploitedCves: cves.size,
  }));
}
