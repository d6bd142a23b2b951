import type { Application } from '../../operations/application.ts';
import type { AssetQueries } from '../../operations/assets/asset-queries.ts';
import type { AssetView } from '../../operations/assets/asset-view.ts';
import type { Scope } from '../../operations/scope.ts';
import type { AssetFacts } from '../contract/assets.ts';

/** What the rows of one answer are made from. */
export interface AssetSource {
  readonly assets: AssetQueries;
  readonly scope: Scope;
  /** By the catalogue in use when the answer began. */
  readonly view: AssetView;
  readonly facts: AssetFacts;
}

export function assetSourceOf(application: Application, scope: Scope, now: Date): AssetSource {
  const { assets, groups } = application;
  return {
    assets,
    scope,
    view: assets.view(),
    facts: {
      groupIdOf: (deviceGroup) => groups.idOf(scope.tenant, deviceGroup),
      supportEnd: ({ reported }) => assets.supportEnd(reported, now),
    },
  };
}
