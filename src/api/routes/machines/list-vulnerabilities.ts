import { collectionSchema } from '../../contract/collection.ts';
import { vulnerabilitiesContext, vulnerabilityType } from '../../contract/vulnerability.ts';
import type { Route } from '../route.ts';
import { vulnerabilitiesAnswer } from '../vulnerabilities/vulnerabilities-answer.ts';
import { idOf } from '../route.ts';

/** GET /api/machines/{id}/vulnerabilities */
export const listMachineVulnerabilities: Route = {
  method: 'GET',
  path: '/machines/:id/vulnerabilities',
  roles: ['Vulnerability.Read.All', 'Vulnerability.Read'],
  tag: 'Machines',
  summary: 'CVEs open on a device.',
  options: 'list',
  answer: collectionSchema(vulnerabilityType),
  async handle(request, _reply, context) {
    const cves = context.application.exposure.openCves(
      await context.application.getDevice(context.caller, idOf(request)),
    );
    return vulnerabilitiesAnswer(request, context, { fragment: vulnerabilitiesContext, cves });
  },
};
