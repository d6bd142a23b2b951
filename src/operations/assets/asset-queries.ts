import { LRUCache } from 'lru-cache';
import type { PatchState } from '../../inventory/patch-state.ts';
import type { DeviceRow } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';
import { CveRatings } from '../cve-ratings.ts';
import { observationsOf } from '../device-observations.ts';
import type { Engine } from '../engine.ts';
import type { HeldFeeds } from '../held-feeds.ts';
import type { CatalogueInForce } from '../in-force-log.ts';
import { deviceScope } from '../scope.ts';
import type { Scope } from '../scope.ts';
import { Verdicts } from '../verdicts.ts';
import { assetChanges, ChangesTooOldError } from './asset-changes.ts';
import type { AssetChanges } from './asset-changes.ts';
import { AssetView } from './asset-view.ts';
import { listOtherSoftware } from './other-software.ts';
import type { OtherSoftware } from './other-software.ts';
import { noSupportEnd, supportEnd } from './support-end.ts';
import type { SupportEnd } from './support-end.ts';

export interface AssetQueriesOptions {
  /** Ratings of the engine in use; `undefined` where it only counts. */
  readonly ratings: () => CveRatings | undefined;
  readonly feeds: () => HeldFeeds;
  readonly findFormerEngine?: ((catalogueId: string) => Engine | undefined) | undefined;
  /** Without it no other catalogue than the one in use is known to have been in force. */
  readonly catalogueAt?: ((instant: Date) => CatalogueInForce) | undefined;
}

/** A former catalogue takes a second to load and some ten MB; whoever pages through its differences asks again soon. */
const formerMs = 10 * 60_000;

/** Devices with their software and what is open in it, for lists that go through all devices of a scope. */
export class AssetQueries {
  readonly #context: OperationContext;
  readonly #options: AssetQueriesOptions;
  readonly #former = new LRUCache<string, AssetView>({ max: 1, ttl: formerMs, ttlAutopurge: true });
  #last: { readonly view: AssetView; readonly ratings: CveRatings | undefined } | undefined;

  constructor(context: OperationContext, options: AssetQueriesOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** By id, those behind `after`; `''` for the first. */
  async listDevices(scope: Scope, after: string, top: number): Promise<readonly DeviceRow[]> {
    return (await this.#context.store.listDevices(deviceScope(scope), { after: [after], top, skip: 0 })).devices;
  }

  countDevices(scope: Scope): number {
    return this.#context.exposures.of(scope).countDevices();
  }

  /** When a device of the tenant reported last; ISO 8601 in UTC, `null` where it is not there. */
  async reportedAt({ tenant }: Scope, deviceId: string): Promise<string | null> {
    return (await this.#context.store.findDevice(tenant.id, deviceId))?.reportedAt ?? null;
  }

  /** By the engine and the feeds in use. */
  view(): AssetView {
    const { verdicts } = this.#context.exposures;
    const ratings = this.#options.ratings();
    if (this.#last?.view.verdicts !== verdicts || this.#last.ratings !== ratings)
      this.#last = { view: new AssetView(verdicts, ratings, this.#context.log), ratings };
    return this.#last.view;
  }

  /** What became different since a time, by the catalogue that was in force then and the feeds of now. @throws {ChangesTooOldError} */
  async changesSince(scope: Scope, since: Date): Promise<AssetChanges> {
    const view = this.view();
    const formerView = this.#viewAt(since, view);
    const inForce = this.#options.catalogueAt?.(this.#context.now());
    const inForceSince = inForce?.since ?? null;
    return assetChanges(await this.#context.store.openSnapshot(scope.tenant.id), scope, {
      since,
      formerView,
      view,
      inForceSince,
    });
  }

  /** Of the Windows that a report tells of. */
  supportEnd(reported: PatchState['os'] | null, now: Date): SupportEnd {
    return reported === null ? noSupportEnd : supportEnd(reported, this.#options.feeds(), now);
  }

  /** Reads the reports of the device. */
  async listOtherSoftware({ tenantId, id, patchStateId }: DeviceRow): Promise<readonly OtherSoftware[]> {
    const { store, exposures, log } = this.#context;
    const { verdicts } = exposures;
    const observations = observationsOf(await store.listReports(tenantId, id), log);
    return listOtherSoftware(observations, verdicts.getPatchState(patchStateId), verdicts.engine.published);
  }

  #viewAt(instant: Date, now: AssetView): AssetView {
    const { catalogueAt, findFormerEngine, feeds } = this.#options;
    const catalogueId = catalogueAt?.(instant).catalogueId;
    if (catalogueId === undefined || catalogueId === now.verdicts.engine.catalogue.id) return now;
    const held = feeds();
    const key = `${catalogueId} ${held.id}`;
    let view = this.#former.get(key);
    if (view === undefined) {
      const engine = findFormerEngine?.(catalogueId);
      if (engine === undefined)
        throw new ChangesTooOldError('sinceTime: the catalogue of that time is not kept any more; ask for all');
      const ratings = engine.published === undefined ? undefined : new CveRatings(engine.published, held);
      view = new AssetView(new Verdicts(engine, this.#context.store), ratings, this.#context.log);
      this.#former.set(key, view);
    }
    return view;
  }
}
