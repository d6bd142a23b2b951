import { collectionSchema } from '../../contract/collection.ts';
import { vulnerabilitiesContext, vulnerabilityType } from '../../contract/vulnerability.ts';
import type { Route } from '../route.ts';
import { vulnerabilitiesAnswer } from '../vulnerabilities/vulnerabilities-answer.ts';
import { softwareOf } from './find-software.ts';

/** GET /api/Software/{id}/vulnerabilities */
export const listSoftwareVulnerabilities: Route = {
  method: 'GET',
  path: '/Software/:id/vulnerabilities',
  roles: ['Vulnerability.Read.All', 'Vulnerability.Read'],
  tag: 'Software',
  summary: 'CVEs open in a software.',
  options: 'list',
  answer: collectionSchema(vulnerabilityType),
  async handle(request, _reply, context) {
    const cves = softwareOf(request, context).cves;
    return vulnerabilitiesAnswer(request, context, { fragment: vulnerabilitiesContext, cves });
  },
};
