import { collectionSchema } from '../../contract/collection.ts';
import { machineReferenceType } from '../../contract/machine-reference.ts';
import { referencesAnswer } from '../list-answer.ts';
import type { Route } from '../route.ts';
import { cveOf } from './find-vulnerability.ts';

/** GET /api/vulnerabilities/{cveId}/machineReferences: devices that are open to it */
export const listVulnerabilityMachines: Route = {
  method: 'GET',
  path: '/vulnerabilities/:id/machineReferences',
  roles: ['Vulnerability.Read.All', 'Vulnerability.Read'],
  tag: 'Vulnerabilities',
  summary: 'Devices that are open to a CVE.',
  options: 'list',
  answer: collectionSchema(machineReferenceType),
  async handle(request, _reply, context) {
    const states = context.application.exposure.statesOpenTo(context.caller, cveOf(request, context));
    return referencesAnswer(request, context, { kind: 'states', states });
  },
};
