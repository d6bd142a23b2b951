import { collectionSchema } from '../../contract/collection.ts';
import { toVulnerability, vulnerabilityType } from '../../contract/vulnerability.ts';
import { listAnswer } from '../list-answer.ts';
import type { Route } from '../route.ts';
import { vulnerabilityRules } from './vulnerabilities-answer.ts';

/** GET /api/vulnerabilities: CVEs that some device of the tenant is open to */
export const listVulnerabilities: Route = {
  method: 'GET',
  path: '/vulnerabilities',
  roles: ['Vulnerability.Read.All', 'Vulnerability.Read'],
  tag: 'Vulnerabilities',
  summary: 'CVEs that devices are open to.',
  options: 'list',
  answer: collectionSchema(vulnerabilityType),
  async handle(request, _reply, context) {
    const rows = context.application.exposure.listVulnerabilities(context.caller).map(toVulnerability);
    return listAnswer(request, context, { rules: vulnerabilityRules, fragment: 'Vulnerabilities', rows });
  },
};
