import { collectionSchema, contextOf, entityOf, entitySchema } from '../../contract/collection.ts';
import { shownGroup } from '../../../operations/groups/tenant-groups.ts';
import { groupScoreType, scoreType } from '../../contract/score.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import type { Route } from '../route.ts';

const roles = ['Score.Read.All', 'Score.Read'];

/** GET /api/exposureScore: by docs/exposure-score.md */
export const getExposureScore: Route = {
  method: 'GET',
  path: '/exposureScore',
  roles,
  tag: 'Scores',
  summary: 'Exposure score of the organisation.',
  options: 'entity',
  answer: entitySchema(scoreType),
  async handle(request, _reply, { application, caller, baseUrl, now }) {
    const options = checkQueryOptions(request.query as Record<string, unknown>, scoreType);
    const row = { time: now.toISOString(), score: application.exposure.score(caller) };
    return entityOf(baseUrl, 'ExposureScore/$entity', row, options);
  },
};

/** GET /api/exposureScore/ByMachineGroups: of each device group with devices */
export const listGroupScores: Route = {
  method: 'GET',
  path: '/exposureScore/ByMachineGroups',
  roles,
  tag: 'Scores',
  summary: 'Exposure score of each device group.',
  answer: collectionSchema(groupScoreType),
  async handle(request, _reply, { application, caller, baseUrl, now }) {
    checkQueryOptions(request.query as Record<string, unknown>, groupScoreType);
    const value = application.exposure.scoresByGroup(caller).map(({ group, score }) => ({
      time: now.toISOString(),
      score,
      rbacGroupName: shownGroup(group),
      rbacGroupId: application.groups.idOf(caller.tenant, group),
    }));
    return { '@odata.context': contextOf(baseUrl, 'ExposureScore'), value };
  },
};

/** GET /api/configurationScore: always 0, since kbgap judges no configuration */
export const getConfigurationScore: Route = {
  method: 'GET',
  path: '/configurationScore',
  roles,
  tag: 'Scores',
  summary: 'Always 0: kbgap judges no configuration.',
  options: 'entity',
  answer: entitySchema(scoreType),
  async handle(request, _reply, { baseUrl, now }) {
    const options = checkQueryOptions(request.query as Record<string, unknown>, scoreType);
    return entityOf(baseUrl, 'ConfigurationScore/$entity', { time: now.toISOString(), score: 0 }, options);
  },
};
