import type { CatalogueState } from '../../../operations/application.ts';
import { staleAfterDays } from '../../../operations/views/view-context.ts';
import { overviewShape } from '../../contract/own/view-shapes.ts';
import type { Route } from '../route.ts';

/** GET /v1/overview: how the fleet stands, every number with how many were judged */
export const getOverview: Route = {
  method: 'GET',
  path: '/overview',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Devices',
  summary: 'How the fleet stands: coverage, what to install first, age of patch levels, trend.',
  answer: overviewShape,
  async handle(_request, _reply, { application, caller, now }) {
    const { views } = application;
    const { devices, ...catalogue } = application.getStatus(caller, now);
    const { topUpdates, patchAge, ...overview } = views.overview(caller);
    const days = views.trend(caller, now);
    const severityOf = new Map(views.listUpdates(caller, false).map(({ kb, severity }) => [kb, severity]));
    const shown = (top: typeof topUpdates.byDevices): readonly object[] =>
      top.map((each) => ({ ...each, severity: severityOf.get(each.kb) ?? null }));
    return {
      catalogue: catalogueBrief(catalogue),
      devices: { ...devices, staleAfterDays },
      ...overview,
      topUpdates: { byDevices: shown(topUpdates.byDevices), byExploited: shown(topUpdates.byExploited) },
      patchAge,
      trend: { since: days[0]?.day ?? null, days },
    };
  },
};

/** The catalogue in short, and what an operator should look at. */
function catalogueBrief(state: CatalogueState): object {
  const { catalogueId, newestRelease, currentTo, ageDays, starter, stale, staleReason, quarantined, feeds } = state;
  return {
    id: catalogueId,
    newestRelease,
    currentTo,
    ageDays,
    starter,
    stale,
    staleReason,
    quarantined: quarantined.length,
    absentFeeds: feeds.filter((feed) => feed.state === 'absent').map(({ feed, title }) => ({ feed, title })),
    warnings: warningsOf(state),
  };
}

interface Warning {
  readonly kind: 'stale' | 'sync' | 'quarantine' | 'feed';
  readonly message: string;
}

function warningsOf({ stale, staleReason, sync, quarantined, feeds }: CatalogueState): readonly Warning[] {
  const warnings: Warning[] = [];
  if (stale)
    warnings.push({
      kind: 'stale',
      message: `The catalogue cannot know all that was published: ${staleReason ?? ''}.`,
    });
  if (sync !== null && sync.outcome !== 'ok')
    warnings.push({
      kind: 'sync',
      message: `The last sync was ${sync.outcome}: ${sync.message ?? 'no reason is known'}.`,
    });
  for (const { id, reason } of quarantined)
    warnings.push({ kind: 'quarantine', message: `${id} was not believed: ${reason}` });
  for (const { title, state, check } of feeds) {
    if (state === 'unreadable') warnings.push({ kind: 'feed', message: `${title} cannot be read.` });
    else if (check?.problem) warnings.push({ kind: 'feed', message: `${title}: ${check.problem}` });
  }
  return warnings;
}
