import type { AssetFacts } from '../contract/assets.ts';
import type { RouteContext } from '../routes/route.ts';

export function assetFactsOf({ application, now }: Pick<RouteContext, 'application' | 'now'>): AssetFacts {
  return {
    assets: application.assets,
    now,
    groupIdOf: () => 0,
    groupNameOf: (group) => (group === '' ? 'UnassignedGroup' : group),
  };
}
