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
  /** How well the listed ones are judged, over all pages. */
  readonly coverage: {
    readonly assessed: number;
    readonly partlyAssessed: number;
    readonly notAssessed: number;
  };
  readonly rows: readonly DeviceListRow[];
}

/** So few devices that a filter finds are sorted in memory; of more, a page is found soon on the way through the states. */
const mostSorted = 500;

/** A state that fits, and how many of its devices do. */
interface FittingState {
  readonly id: string;
  readonly contribution: Contribution;
  readonly devices: number;
}

export async function listDevices(
  view: ViewContext,
  scope: Scope,
  query: DeviceListQuery,
  now: Date,
): Promise<DeviceList> {
  const fitting = await fittingStates(view, scope, query);
  const coverage = coverageOf(fitting);
  const total = fitting.reduce((sum, { devices }) => sum + devices, 0);
  if (total === 0) return { total, coverage, rows: [] };
  const devices = isStored(query.sort)
    ? await byStored(view, scope, query, fitting)
    : await byState(view, scope, query, ranked(view, query, fitting));
  return { total, coverage, rows: await rowsOf(view, scope, devices, now) };
}

async function fittingStates(
  view: ViewContext,
  scope: Scope,
  { fits, filter }: DeviceListQuery,
): Promise<readonly FittingState[]> {
  const { store, exposures } = view.context;
  const counts = filter === undefined ? undefined : await store.views.countByState(deviceScope(scope), filter);
  return Array.from(exposures.of(scope).states(), ([id, { contribution, devices }]) => ({
    id,
    contribution,
    devices: counts === undefined ? devices : (counts.get(id) ?? 0),
  })).filter(({ contribution, devices }) => devices > 0 && (fits?.(contribution) ?? true));
}

function coverageOf(states: readonly FittingState[]): DeviceList['coverage'] {
  const of = (wanted: Contribution['coverage']): number =>
    states.reduce((sum, { contribution, devices }) => sum + (contribution.coverage === wanted ? devices : 0), 0);
  return { assessed: of('assessed'), partlyAssessed: of('partly-assessed'), notAssessed: of('not-assessed') };
}

/** What is asked of the store: its own filter, and the states that fit where some do not. */
function wholeFilter(
  view: ViewContext,
  scope: Scope,
  { fits, filter }: DeviceListQuery,
  fitting: readonly FittingState[],
): FilterTree | undefined {
  const exposure = view.context.exposures.of(scope);
  const ids = fitting.map(({ id }) => id);
  const states: StateSet = {
    ids,
    devices: ids.reduce((sum, id) => sum + (exposure.states().get(id)?.devices ?? 0), 0),
    allDevices: exposure.countDevices(),
  };
  const operands: FilterTree[] = [
    ...(filter === undefined ? [] : [filter]),
    ...(fits === undefined ? [] : [{ kind: 'states', states } as const]),
  ];
  return operands.length === 0 ? undefined : { kind: 'and', operands };
}

async function byStored(
  view: ViewContext,
  scope: Scope,
  query: DeviceListQuery,
  fitting: readonly FittingState[],
): Promise<readonly DeviceRow[]> {
  const { sort, isDescending, top, skip } = query;
  const filter = wholeFilter(view, scope, query, fitting);
  const page = await view.context.store.listDevices(deviceScope(scope), {
    ...(filter === undefined ? {} : { filter }),
    orderBy: [{ property: sort as (typeof storedSorts)[number], isDescending }],
    top,
    skip,
    count: false,
  });
  return page.devices;
}

/** In the order of the sort; states alike in it by their ids. */
function ranked(
  view: ViewContext,
  { sort, isDescending }: DeviceListQuery,
  fitting: readonly FittingState[],
): readonly FittingState[] {
  const order = stateOrder(view, sort as (typeof stateSorts)[number]);
  const sign = isDescending ? -1 : 1;
  return fitting
    .map((state) => ({ state, key: order(state.contribution) }))
    .sort((a, b) => sign * (a.key - b.key) || (a.state.id < b.state.id ? -1 : 1))
    .map(({ state }) => state);
}

async function byState(
  view: ViewContext,
  scope: Scope,
  query: DeviceListQuery,
  states: readonly FittingState[],
): Promise<readonly DeviceRow[]> {
  const { store } = view.context;
  const { filter, top, skip } = query;
  const within = deviceScope(scope);
  if (filter !== undefined && states.reduce((sum, { devices }) => sum + devices, 0) <= mostSorted) {
    const whole = wholeFilter(view, scope, query, states) ?? filter;
    const { devices } = await store.listDevices(within, { filter: whole, top: mostSorted, skip: 0, count: false });
    const rank = new Map(states.map(({ id }, place) => [id, place]));
    return [...devices]
      .sort(
        (a, b) =>
          (rank.get(a.patchStateId) ?? 0) - (rank.get(b.patchStateId) ?? 0) ||
          (a.firstSeenAt < b.firstSeenAt ? -1 : a.firstSeenAt > b.firstSeenAt ? 1 : a.id < b.id ? -1 : 1),
      )
      .slice(skip, skip + top);
  }
  // Whole states are passed over by their counts, which are those of the devices.
  let passing = skip;
  let from = 0;
  while (from < states.length && passing >= (states[from]?.devices ?? 0)) passing -= states[from++]?.devices ?? 0;
  const page = await store.views.listInStates(within, {
    states: states.slice(from).map(({ id }) => id),
    ...(filter === undefined ? {} : { filter }),
    top,
    skip: passing,
  });
  return page.devices;
}

function isStored(sort: DeviceSort): sort is (typeof storedSorts)[number] {
  return (storedSorts as readonly string[]).includes(sort);
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
