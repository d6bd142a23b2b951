import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StateSet, FilterTree } from '../../store/filter.ts';
import type { DeviceRow } from '../../store/store.ts';
import type { Contribution } from '../contribution.ts';
import { deviceScope } from '../scope.ts';
import type { Scope } from '../scope.ts';
import { isStored, placeOf, stateOrder } from './device-order.ts';
import type { DeviceSort, stateSorts, storedSorts } from './device-order.ts';
import { rowsOf } from './device-rows.ts';
import type { DeviceListRow } from './device-rows.ts';
import type { ViewContext } from './view-context.ts';

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
  const states = await fittingStates(view, scope, query);
  const list = new FoundDevices(view, scope, query, states);
  const rows = await rowsOf(view, scope, await list.page(query), now);
  return { total: list.total, coverage: coverageOf(states), rows };
}

/** Rows of a file that are looked up at once; between them other requests have their turn. */
const perPiece = 1000;

/** All that match, a piece at a time: what fits is looked for once, and each piece goes on where the last one ended. */
export async function* everyDevice(
  view: ViewContext,
  scope: Scope,
  query: Omit<DeviceListQuery, 'top' | 'skip'>,
  now: Date,
): AsyncGenerator<readonly DeviceListRow[]> {
  const list = new FoundDevices(view, scope, query, await fittingStates(view, scope, query));
  let last: DeviceRow | undefined;
  for (let skip = 0; ; skip += perPiece) {
    const devices = await list.page({ top: perPiece, skip, behind: last });
    yield await rowsOf(view, scope, devices, now);
    if (devices.length < perPiece) return;
    last = devices.at(-1);
    await nextTurn();
  }
}

async function fittingStates(
  view: ViewContext,
  scope: Scope,
  { fits, filter }: Pick<DeviceListQuery, 'fits' | 'filter'>,
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

interface Stretch {
  readonly top: number;
  readonly skip: number;
  /** The device in front of the stretch, where it is known. */
  readonly behind?: DeviceRow | undefined;
}

/** The devices of a query in its order, of which stretches are read. */
class FoundDevices {
  readonly total: number;
  readonly #view: ViewContext;
  readonly #scope: Scope;
  readonly #query: Omit<DeviceListQuery, 'top' | 'skip'>;
  readonly #states: readonly FittingState[];

  constructor(
    view: ViewContext,
    scope: Scope,
    query: Omit<DeviceListQuery, 'top' | 'skip'>,
    states: readonly FittingState[],
  ) {
    this.#view = view;
    this.#scope = scope;
    this.#query = query;
    this.total = states.reduce((sum, { devices }) => sum + devices, 0);
    this.#states = isStored(query.sort) ? states : ranked(view, query.sort, query.isDescending, states);
  }

  async page(stretch: Stretch): Promise<readonly DeviceRow[]> {
    const { sort, filter } = this.#query;
    if (this.total === 0) return [];
    if (isStored(sort)) return await this.#inOrder(sort, stretch);
    return filter !== undefined && this.total <= mostSorted ? await this.#few(stretch) : await this.#byState(stretch);
  }

  async #inOrder(
    property: (typeof storedSorts)[number],
    { top, skip, behind }: Stretch,
  ): Promise<readonly DeviceRow[]> {
    const { isDescending } = this.#query;
    // The last pages are nearer from the other end.
    const left = this.total - skip - top;
    const isTurned = behind === undefined && left < skip;
    const rows = isTurned ? Math.min(top, this.total - skip) : top;
    if (rows <= 0) return [];
    const { devices } = await this.#view.context.store.listDevices(deviceScope(this.#scope), {
      ...this.#filter(),
      orderBy: [
        { property, isDescending: isDescending !== isTurned },
        { property: 'id', isDescending: isTurned },
      ],
      ...(behind === undefined ? {} : { after: placeOf(behind, property) }),
      skip: behind !== undefined ? 0 : isTurned ? Math.max(0, left) : skip,
      top: rows,
    });
    return isTurned ? devices.toReversed() : devices;
  }

  async #few({ top, skip }: Stretch): Promise<readonly DeviceRow[]> {
    const { devices } = await this.#view.context.store.listDevices(deviceScope(this.#scope), {
      ...this.#filter(),
      top: mostSorted,
      skip: 0,
    });
    const rank = new Map(this.#states.map(({ id }, place) => [id, place]));
    return [...devices]
      .sort(
        (a, b) =>
          (rank.get(a.patchStateId) ?? 0) - (rank.get(b.patchStateId) ?? 0) ||
          (a.firstSeenAt < b.firstSeenAt ? -1 : a.firstSeenAt > b.firstSeenAt ? 1 : a.id < b.id ? -1 : 1),
      )
      .slice(skip, skip + top);
  }

  async #byState({ top, skip }: Stretch): Promise<readonly DeviceRow[]> {
    const { filter } = this.#query;
    // Whole states are passed over by their counts, which are those of the devices.
    let passing = skip;
    let from = 0;
    while (from < this.#states.length && passing >= (this.#states[from]?.devices ?? 0))
      passing -= this.#states[from++]?.devices ?? 0;
    const page = await this.#view.context.store.views.listInStates(deviceScope(this.#scope), {
      states: this.#states.slice(from).map(({ id }) => id),
      ...(filter === undefined ? {} : { filter }),
      top,
      skip: passing,
    });
    return page.devices;
  }

  /** What is asked of the store: its own filter, and the states that fit where some do not. */
  #filter(): { readonly filter?: FilterTree } {
    const { fits, filter } = this.#query;
    const exposure = this.#view.context.exposures.of(this.#scope);
    const ids = this.#states.map(({ id }) => id);
    const states: StateSet = {
      ids,
      devices: ids.reduce((sum, id) => sum + (exposure.states().get(id)?.devices ?? 0), 0),
      allDevices: exposure.countDevices(),
    };
    const operands: FilterTree[] = [
      ...(filter === undefined ? [] : [filter]),
      ...(fits === undefined ? [] : [{ kind: 'states', states } as const]),
    ];
    return operands.length === 0 ? {} : { filter: { kind: 'and', operands } };
  }
}

/** In the order of the sort; states alike in it by their ids. */
function ranked(
  view: ViewContext,
  sort: (typeof stateSorts)[number],
  isDescending: boolean,
  states: readonly FittingState[],
): readonly FittingState[] {
  const order = stateOrder(view, sort);
  const sign = isDescending ? -1 : 1;
  return states
    .map((state) => ({ state, key: order(state.contribution) }))
    .sort((a, b) => sign * (a.key - b.key) || (a.state.id < b.state.id ? -1 : 1))
    .map(({ state }) => state);
}
