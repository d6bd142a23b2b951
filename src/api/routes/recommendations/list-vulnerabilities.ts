import { collectionSchema } from '../../contract/collection.ts';
import { vulnerabilitiesContext, vulnerabilityType } from '../../contract/vulnerability.ts';
import type { Route } from '../route.ts';
import { vulnerabilitiesAnswer } from '../vulnerabilities/vulnerabilities-answer.ts';
import { recommendedSoftware } from './find-recommendation.ts';

/** GET /api/recommendations/{id}/vulnerabilities */
export const listRecommendationVulnerabilities: Route = {
  method: 'GET',
  path: '/recommendations/:id/vulnerabilities',
  roles: ['Vulnerability.Read.All', 'Vulnerability.Read'],
  tag: 'Recommendations',
  summary: 'CVEs that a recommendation closes.',
  options: 'list',
  answer: collectionSchema(vulnerabilityType),
  async handle(request, _reply, context) {
    const cves = recommendedSoftware(request, context).cves;
    return vulnerabilitiesAnswer(request, context, { fragment: vulnerabilitiesContext, cves });
  },
};
