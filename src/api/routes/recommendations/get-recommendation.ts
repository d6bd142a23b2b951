import { entityOf, entitySchema } from '../../contract/collection.ts';
import { recommendationType } from '../../contract/recommendation.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import type { Route } from '../route.ts';
import { recommendationOf, recommendedSoftware } from './find-recommendation.ts';

/** GET /api/recommendations/{id} */
export const getRecommendation: Route = {
  method: 'GET',
  path: '/recommendations/:id',
  roles: ['SecurityRecommendation.Read.All', 'SecurityRecommendation.Read'],
  tag: 'Recommendations',
  summary: 'One recommendation.',
  options: 'entity',
  answer: entitySchema(recommendationType),
  async handle(request, _reply, context) {
    const options = checkQueryOptions(request.query as Record<string, unknown>, recommendationType);
    const row = recommendationOf(recommendedSoftware(request, context), context);
    return entityOf(context.baseUrl, 'Recommendations/$entity', row, options);
  },
};
