import { collectionSchema } from '../../contract/collection.ts';
import { machineReferenceType } from '../../contract/machine-reference.ts';
import { referencesAnswer } from '../list-answer.ts';
import type { Route } from '../route.ts';
import { recommendedSoftware } from './find-recommendation.ts';

/** GET /api/recommendations/{id}/machineReferences: devices on which a CVE is open in the software */
export const listRecommendationMachines: Route = {
  method: 'GET',
  path: '/recommendations/:id/machineReferences',
  roles: ['SecurityRecommendation.Read.All', 'SecurityRecommendation.Read'],
  tag: 'Recommendations',
  summary: 'Devices that a recommendation is for.',
  options: 'list',
  answer: collectionSchema(machineReferenceType),
  async handle(request, _reply, context) {
    const { id } = recommendedSoftware(request, context);
    const states = context.application.exposure.statesWithSoftware(context.caller, id, true);
    return referencesAnswer(request, context, { kind: 'states', states });
  },
};
