import type { StateSet, FilterTree } from '../../store/filter.ts';
import type { DeviceRow } from '../../store/store.ts';
import type { Contribution } from '../contribution.ts';
import { noContribution } from '../contribution.ts';
import { displayVersionOf } from '../display-version.ts';
import { shownGroup } from '../groups/tenant-groups.ts';
import { deviceScope } from '../scope.ts';
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

/** Sorted by what the store keeps, or by what the verdict on the patch state says. */
export const storedSorts = ['name', 'reportedAt', 'firstSeenAt'] as const;
export const stateSorts = [
  'build',
  'behind',
  'missing',
  'install',
  'openCves',
  'exploited',
  'coverage',
  'servicing',
] as const;
export type DeviceSort = (typeof storedSorts)[number] | (typeof stateSorts)[number];

export interface DeviceListQuery {
  /** Patch states that fit; absent: all. */
  readonly fits?: (state: Contribution) => boolean;
  /** What the store filters by. */
  readonly filter?: FilterTree;
  readonly sort: DeviceSort;
  readonly isDescending: boolean;
  readonly top: number;
  readonly skip: number;
}

export interface DeviceList {
  readonly total: number;
  readonly rows: readonly DeviceListRow[];
}

/** So few devices that a filter finds are sorted in memory; of more, a page is found soon on the way through the states. */
const mostSorted = 500;

export async function listDevices(
  view: ViewContext,
  scope: Scope,
  query: DeviceListQuery,
  now: Date,
): Promise<DeviceList> {
  const { store, exposures } = view.context;
  const states = exposures.of(scope).states();
  const fitting = [...states].filter(([, { contribution }]) => query.fits?.(contribution) ?? true);
  const devices = fitting.reduce((sum, [, state]) => sum + state.devices, 0);
  const toRows = (found: readonly DeviceRow[]): Promise<readonly DeviceListRow[]> => rowsOf(view, scope, found, now);
  const inStates: StateSet = {
    ids: fitting.map(([id]) => id),
    devices,
    allDevices: exposures.of(scope).countDevices(),
  };
  const { filter, sort, isDescending, top, skip } = query;
  if (devices === 0) return { total: 0, rows: [] };
  const operands: FilterTree[] = [
    ...(filter === undefined ? [] : [filter]),
    ...(query.fits === undefined ? [] : [{ kind: 'states', states: inStates } as const]),
  ];
  const whole: FilterTree | undefined = operands.length === 0 ? undefined : { kind: 'and', operands };
  const within = deviceScope(scope);
  if (isStored(sort)) {
    const page = await store.listDevices(within, {
      ...(whole === undefined ? {} : { filter: whole }),
      orderBy: [{ property: sort, isDescending }],
      top,
      skip,
      count: filter !== undefined,
    });
    return { total: page.count ?? devices, rows: await toRows(page.devices) };
  }
  const order = stateOrder(view, sort);
  const sign = isDescending ? -1 : 1;
  const ranked = fitting
    .map(([id, state]) => ({ id, devices: state.devices, key: order(state.contribution) }))
    .sort((a, b) => sign * (a.key - b.key) || (a.id < b.id ? -1 : 1));
  if (filter === undefined) {
    // Whole states are passed over by their counts, which are those of the devices.
    let passing = skip;
    let from = 0;
    while (from < ranked.length && passing >= (ranked[from]?.devices ?? 0)) passing -= ranked[from++]?.devices ?? 0;
    const page = await store.views.listInStates(within, { states: idsFrom(ranked, from), top, skip: passing });
    return { total: devices, rows: await toRows(page.devices) };
  }
  const few = await store.listDevices(within, { filter: whole ?? filter, top: mostSorted, skip: 0, count: true });
  if (!few.hasMore) {
    const rank = new Map(ranked.map(({ id }, place) => [id, place]));
    const sorted = [...few.devices].sort(
      (a, b) =>
        (rank.get(a.patchStateId) ?? 0) - (rank.get(b.patchStateId) ?? 0) ||
        (a.firstSeenAt < b.firstSeenAt ? -1 : a.firstSeenAt > b.firstSeenAt ? 1 : a.id < b.id ? -1 : 1),
    );
    return { total: few.count ?? sorted.length, rows: await toRows(sorted.slice(skip, skip + top)) };
  }
  const page = await store.views.listInStates(within, { states: idsFrom(ranked, 0), filter, top, skip });
  return { total: few.count ?? devices, rows: await toRows(page.devices) };
}

function isStored(sort: DeviceSort): sort is (typeof storedSorts)[number] {
  return (storedSorts as readonly string[]).includes(sort);
}

function idsFrom(ranked: readonly { readonly id: string }[], from: number): readonly string[] {
  return ranked.slice(from).map(({ id }) => id);
}

const coverages = ['not-assessed', 'partly-assessed', 'assessed'] as const;
const servicings = [null, 'end-of-servicing', 'esu', 'supported'] as const;

/** What is not known stands below all that is. */
function stateOrder(view: ViewContext, sort: (typeof stateSorts)[number]): (state: Contribution) => number {
  switch (sort) {
    case 'build':
      return ({ os }) => buildNumber(os.build);
    case 'behind':
      return ({ level }) => level?.daysBehind ?? -1;
    case 'missing':
      return ({ missing }) => missing.length;
    case 'install':
      return ({ install }) => install.length;
    case 'openCves':
      return ({ openCves }) => openCves;
    case 'exploited': {
      const exploited = view.exploited();
      return (state) => exploited?.of(state).size ?? 0;
    }
    case 'coverage':
      return ({ coverage }) => coverages.indexOf(coverage);
    case 'servicing':
      return ({ os }) => servicings.indexOf(os.servicing);
  }
}

/** `10.0.26100.4061` as a number that sorts alike; builds lie below 100,000, their revisions too. */
function buildNumber(build: string | null): number {
  const [major = 0, minor = 0, number = 0, ubr = 0] = (build ?? '').split('.').map(Number);
  return ((major * 100 + minor) * 100_000 + number) * 100_000 + ubr;
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
