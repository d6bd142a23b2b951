import { collectionSchema } from '../../contract/collection.ts';
import { recommendationType } from '../../contract/recommendation.ts';
import { listAnswer } from '../list-answer.ts';
import type { Route } from '../route.ts';
import { recommendationsOf } from './find-recommendation.ts';

/** GET /api/recommendations: one for each software in which a CVE is open on some device */
export const listRecommendations: Route = {
  method: 'GET',
  path: '/recommendations',
  roles: ['SecurityRecommendation.Read.All', 'SecurityRecommendation.Read'],
  tag: 'Recommendations',
  summary: 'Software to update.',
  options: 'list',
  answer: collectionSchema(recommendationType),
  async handle(request, _reply, context) {
    const rows = recommendationsOf(context);
    return listAnswer(request, context, {
      rules: { type: recommendationType, largestPage: 10_000 },
      fragment: 'Recommendations',
      rows,
    });
  },
};
