import { entityOf, entitySchema } from '../../contract/collection.ts';
import { softwareType, toSoftware } from '../../contract/software.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import type { Route } from '../route.ts';
import { recommendedSoftware } from './find-recommendation.ts';

/** GET /api/recommendations/{id}/software: one object, no list */
export const getRecommendedSoftware: Route = {
  method: 'GET',
  path: '/recommendations/:id/software',
  roles: ['Software.Read.All', 'SecurityRecommendation.Read.All', 'SecurityRecommendation.Read'],
  tag: 'Recommendations',
  summary: 'The software that a recommendation is for.',
  options: 'entity',
  answer: entitySchema(softwareType),
  async handle(request, _reply, context) {
    const options = checkQueryOptions(request.query as Record<string, unknown>, softwareType);
    const software = toSoftware(recommendedSoftware(request, context));
    return entityOf(context.baseUrl, 'Analytics.Contracts.PublicAPI.PublicProductDto', software, options);
  },
};
