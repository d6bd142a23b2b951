import type { Coverage } from '../assessment/assessment.ts';
import { ageDays, findStaleness } from '../catalogue/staleness.ts';
import type { ApplicationStatus, CatalogueState } from './application.ts';
import type { OperationContext } from './context.ts';
import { feedStatus } from './feed-status.ts';
import { deviceScope } from './scope.ts';
import type { Scope } from './scope.ts';
import { readSyncStatus } from './sync-status.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** A device that has not reported for so long is stale. */
const staleAfterDays = 30;

/** The catalogue in use and how many of the devices in the scope it judged. */
export async function getStatus(context: OperationContext, scope: Scope, now: Date): Promise<ApplicationStatus> {
  const { store } = context;
  const { assessed, 'partly-assessed': partlyAssessed, 'not-assessed': notAssessed } = countCoverage(context, scope);
  const staleBefore = new Date(now.getTime() - staleAfterDays * dayMs).toISOString();
  return {
    ...getCatalogueState(context, now),
    devices: {
      total: assessed + partlyAssessed + notAssessed,
      assessed,
      partlyAssessed,
      notAssessed,
      stale: await store.countDevicesReportedBefore(deviceScope(scope), staleBefore),
    },
  };
}

export function countCoverage(
  { exposures }: Pick<OperationContext, 'exposures'>,
  scope: Scope,
): Readonly<Record<Coverage, number>> {
  const exposure = exposures.of(scope);
  return {
    assessed: exposure.countCovered('assessed'),
    'partly-assessed': exposure.countCovered('partly-assessed'),
    'not-assessed': exposure.countCovered('not-assessed'),
  };
}

/** The catalogue in use, how old it is, and what is wrong with its supply. */
export function getCatalogueState(
  { exposures, quarantine, catalogueFolder, feeds }: OperationContext,
  now: Date,
): CatalogueState {
  const { catalogue, starter } = exposures.verdicts.engine;
  const stale = findStaleness(catalogue, now);
  return {
    catalogueId: catalogue.id,
    newestRelease: catalogue.newestRelease,
    currentTo: catalogue.currentTo,
    ageDays: ageDays(catalogue, now),
    starter,
    stale: stale !== undefined,
    staleReason: stale?.reason ?? null,
    // Not where they came from: a path of this machine is nobody's business.
    quarantined: quarantine.list().map(({ id, kind, reason, quarantinedAt }) => ({ id, kind, reason, quarantinedAt })),
    sync: readSyncStatus(catalogueFolder) ?? null,
    feeds: feedStatus(feeds),
  };
}
