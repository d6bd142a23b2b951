import { staleAfterDays } from '../../../operations/views/view-context.ts';
import { overviewShape } from '../../contract/own/view-shapes.ts';
import { catalogueBrief } from './catalogue/catalogue-brief.ts';
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
    const { devices, ...catalogue } = await application.getStatus(caller, now);
    const { topUpdates, patchAge, ...overview } = views.overview(caller);
    const days = await views.trend(caller, now);
    const severityOf = new Map((await views.listUpdates(caller, false)).map(({ kb, severity }) => [kb, severity]));
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
