import { collectionSchema } from '../../contract/collection.ts';
import { machineReferenceType } from '../../contract/machine-reference.ts';
import { referencesAnswer } from '../list-answer.ts';
import type { Route } from '../route.ts';
import { softwareOf } from './find-software.ts';

/** GET /api/Software/{id}/machineReferences: devices that have it installed */
export const listSoftwareMachines: Route = {
  method: 'GET',
  path: '/Software/:id/machineReferences',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Software',
  summary: 'Devices that have a software installed.',
  options: 'list',
  answer: collectionSchema(machineReferenceType),
  async handle(request, _reply, context) {
    const { id } = softwareOf(request, context);
    const states = context.application.exposure.statesWithSoftware(context.caller, id, false);
    return referencesAnswer(request, context, { kind: 'states', states });
  },
};
