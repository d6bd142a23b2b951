import type { Assessment } from '../../assessment/assessment.ts';
import { updateName } from '../../assessment/update-name.ts';
import type { DeviceQuery, DeviceRow } from '../../store/store.ts';
import { parseKbNumber } from '../../terms/kb-number.ts';
import type { OperationContext } from '../context.ts';
import type { Contribution } from '../contribution.ts';
import { noContribution } from '../contribution.ts';
import type { CveRating, CveRatings } from '../cve-ratings.ts';
import { findLifecycle } from '../device-lifecycle.ts';
import type { HeldFeeds } from '../held-feeds.ts';
import { deviceScope } from '../scope.ts';
import type { Scope } from '../scope.ts';
import type { Verdicts } from '../verdicts.ts';
import { listOtherSoftware } from './other-software.ts';
import type { OtherSoftware } from './other-software.ts';

/** A device with what its patch state says of it. */
export interface Asset {
  readonly device: DeviceRow;
  readonly state: Contribution;
}

/** How long the Windows of a device is serviced. */
export interface ServicingEnd {
  /** Last day, UTC; `null`: none is announced. */
  readonly end: string | null;
}

/** What rows of assets tell beside counts: for lists that go through all devices of a scope. */
export class AssetQueries {
  readonly #context: OperationContext;
  readonly #ratings: () => CveRatings | undefined;
  readonly #feeds: () => HeldFeeds;
  readonly #updateNames = new Map<number, string | null>();
  #namesOf: Verdicts | undefined;

  constructor(context: OperationContext, ratings: () => CveRatings | undefined, feeds: () => HeldFeeds) {
    this.#context = context;
    this.#ratings = ratings;
    this.#feeds = feeds;
  }

  /** In the order of ids, those behind `after`. */
  list(scope: Scope, query: Pick<DeviceQuery, 'filter' | 'after' | 'top'>): readonly Asset[] {
    const { devices } = this.#context.store.listDevices(deviceScope(scope), { ...query, skip: 0 });
    return devices.map((device) => ({ device, state: this.stateOf(device.patchStateId) }));
  }

  countDevices(scope: Scope): number {
    return this.#context.exposures.of(scope).countDevices();
  }

  /** A state that cannot be judged has nothing to tell. */
  stateOf(patchStateId: string, verdicts: Verdicts = this.#context.exposures.verdicts): Contribution {
    try {
      return verdicts.contribution(patchStateId);
    } catch (error) {
      this.#context.log.warn({ patchStateId, err: error }, 'patch state set aside: it could not be assessed');
      return noContribution;
    }
  }

  /** By its number in the catalogue in use. `undefined` where the engine only counts. */
  rate(cve: number): CveRating | undefined {
    return this.#ratings()?.of(cve);
  }

  /** Title of the document that releases the update. */
  updateName(kb: number): string | null {
    const { verdicts } = this.#context.exposures;
    if (this.#namesOf !== verdicts) {
      this.#namesOf = verdicts;
      this.#updateNames.clear();
    }
    const known = this.#updateNames.get(kb);
    if (known !== undefined) return known;
    const { published } = verdicts.engine;
    const name = published === undefined ? null : (updateName(published, parseKbNumber(String(kb))) ?? null);
    this.#updateNames.set(kb, name);
    return name;
  }

  /** Of the latest ending channel; `undefined` where nobody tells. */
  servicingEnd(device: DeviceRow): ServicingEnd | undefined {
    const os: Assessment['os'] = {
      productId: null,
      productName: null,
      build: device.osBuild,
      architecture: device.architecture,
      installationType: device.installationType,
      servicing: null,
    };
    const channels = findLifecycle(os, this.#feeds())?.channels ?? [];
    if (channels.length === 0) return undefined;
    const ends = channels.map(({ end }) => end);
    if (ends.includes(null)) return { end: null };
    return { end: ends.flatMap((end) => (end === null ? [] : [end])).sort().at(-1) ?? null };
  }

  /** Reported software that no document names; reads the reports of the device. */
  listOtherSoftware(device: DeviceRow): readonly OtherSoftware[] {
    const { store, exposures, log } = this.#context;
    return listOtherSoftware(device, exposures.verdicts.getPatchState(device.patchStateId), { store, log });
  }
}
