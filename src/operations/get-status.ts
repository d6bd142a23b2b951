import type { Tenant } from '../store/store.ts';
import type { ApplicationStatus } from './application.ts';
import type { OperationContext } from './context.ts';
import { feedStatus } from './feed-status.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** A device that has not reported for so long is stale. */
const staleAfterDays = 30;

/** The catalogue in use and how much of the tenant's fleet it judged. */
export function getStatus({ store, exposures, feeds }: OperationContext, tenant: Tenant, now: Date): ApplicationStatus {
  const { catalogue, starter } = exposures.verdicts.engine;
  const exposure = exposures.of(tenant.id);
  const assessed = exposure.countCovered('assessed');
  const partlyAssessed = exposure.countCovered('partly-assessed');
  const notAssessed = exposure.countCovered('not-assessed');
  const staleBefore = new Date(now.getTime() - staleAfterDays * dayMs).toISOString();
  return {
    catalogueId: catalogue.id,
    newestRelease: catalogue.newestRelease,
    currentTo: catalogue.currentTo,
    ageDays: catalogue.currentTo === null ? null : ageInDays(catalogue.currentTo, now),
    starter,
    devices: {
      total: assessed + partlyAssessed + notAssessed,
      assessed,
      partlyAssessed,
      notAssessed,
      stale: store.countDevicesReportedBefore(tenant.id, staleBefore),
    },
    feeds: feedStatus(feeds),
  };
}

/** Whole days; 0 where the clock is behind the catalogue. */
function ageInDays(instant: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(instant)) / dayMs));
}
