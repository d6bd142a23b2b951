import type { DeviceRow } from '../../store/store.ts';
import type { Contribution } from '../contribution.ts';
import { noContribution } from '../contribution.ts';
import { displayVersionOf } from '../display-version.ts';
import { shownGroup } from '../groups/tenant-groups.ts';
import type { Scope } from '../scope.ts';
import { staleBefore } from './view-context.ts';
import type { ViewContext } from './view-context.ts';

/** A device as lists for people show it. Keys in this order. */
export interface DeviceListRow {
  readonly deviceId: string;
  readonly name: string | null;
  readonly os: {
    readonly name: string | null;
    readonly platform: string | null;
    readonly version: string | null;
    readonly architecture: string | null;
    readonly installationType: string | null;
  };
  readonly build: string | null;
  readonly newestBuild: string | null;
  readonly newestKb: string | null;
  readonly levelOn: string | null;
  readonly daysBehind: number | null;
  readonly monthsBehind: number | null;
  readonly missing: number;
  readonly install: number;
  readonly openCves: number;
  readonly exploitedCves: number;
  readonly coverage: Contribution['coverage'];
  readonly reasons: Contribution['reasons'];
  readonly servicing: Contribution['os']['servicing'];
  readonly restartPending: boolean;
  readonly group: string;
  readonly tags: readonly string[];
  readonly sources: readonly string[];
  readonly firstSeenAt: string;
  readonly reportedAt: string;
  readonly stale: boolean;
}

/** Devices as rows, in the order given. */
export async function rowsOf(
  view: ViewContext,
  scope: Scope,
  devices: readonly DeviceRow[],
  now: Date,
): Promise<readonly DeviceListRow[]> {
  const sources = await view.context.store.views.listSources(
    scope.tenant.id,
    devices.map(({ id }) => id),
  );
  const before = staleBefore(now);
  const states = view.context.exposures.of(scope).states();
  return devices.map((device) => {
    const state = states.get(device.patchStateId)?.contribution ?? noContribution;
    const { os, level } = state;
    return {
      deviceId: device.id,
      name: device.name,
      os: {
        name: os.productName ?? device.osName,
        platform: state.osPlatform,
        version: (os.productName === null ? null : displayVersionOf(os.productName)) ?? device.displayVersion,
        architecture: os.architecture ?? device.architecture,
        installationType: os.installationType ?? device.installationType,
      },
      build: os.build ?? device.osBuild,
      newestBuild: level?.newest.build ?? null,
      newestKb: level?.newest.kb ?? null,
      levelOn: level?.releasedOn ?? null,
      daysBehind: level?.daysBehind ?? null,
      monthsBehind: level?.monthsBehind ?? null,
      missing: state.missing.length,
      install: state.install.length,
      openCves: state.openCves,
      exploitedCves: view.exploited()?.of(state).size ?? 0,
      coverage: state.coverage,
      reasons: state.reasons,
      servicing: os.servicing,
      restartPending: state.restartPending,
      group: shownGroup(device.deviceGroup),
      tags: device.tags,
      sources: sources.get(device.id) ?? [],
      firstSeenAt: device.firstSeenAt,
      reportedAt: device.reportedAt,
      stale: device.reportedAt < before,
    };
  });
}
