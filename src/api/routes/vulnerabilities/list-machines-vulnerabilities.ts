import { collectionOf, collectionSchema } from '../../contract/collection.ts';
import { machineVulnerabilityContext, machineVulnerabilityType } from '../../contract/machine-vulnerability.ts';
import {
  machineVulnerabilityPage,
  machineVulnerabilityRules,
} from '../../machine-vulnerabilities/machine-vulnerability-page.ts';
import { parseQueryOptions } from '../../odata/query-options.ts';
import type { Route } from '../route.ts';

/** GET /api/vulnerabilities/machinesVulnerabilities: device × software × CVE */
export const listMachinesVulnerabilities: Route = {
  method: 'GET',
  path: '/vulnerabilities/machinesVulnerabilities',
  roles: ['Vulnerability.Read.All', 'Vulnerability.Read'],
  tag: 'Vulnerabilities',
  summary: 'CVEs open in each software of each device.',
  options: 'list',
  answer: collectionSchema(machineVulnerabilityType),
  async handle(request, reply, { application, caller: scope, baseUrl }) {
    const options = parseQueryOptions(request.query as Record<string, unknown>, machineVulnerabilityRules);
    const page = await machineVulnerabilityPage({ application, scope, isGone: () => reply.raw.destroyed }, options);
    return collectionOf({ baseUrl, url: request.url, fragment: machineVulnerabilityContext, ...page, options });
  },
};
