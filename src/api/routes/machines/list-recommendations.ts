import { collectionSchema } from '../../contract/collection.ts';
import { recommendationType } from '../../contract/recommendation.ts';
import { listAnswer } from '../list-answer.ts';
import { recommendationOf } from '../recommendations/find-recommendation.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/** GET /api/machines/{id}/recommendations: those for software in which a CVE is open on this device */
export const listMachineRecommendations: Route = {
  method: 'GET',
  path: '/machines/:id/recommendations',
  roles: ['SecurityRecommendation.Read.All', 'SecurityRecommendation.Read'],
  tag: 'Machines',
  summary: 'Software to update on a device.',
  options: 'list',
  answer: collectionSchema(recommendationType),
  async handle(request, _reply, context) {
    const { application, caller } = context;
    const software = application.exposure.listDeviceSoftware(
      caller,
      await application.getDevice(caller, idOf(request)),
    );
    const open = software.filter(({ weaknesses }) => weaknesses > 0);
    const rows = open.flatMap(({ id }) => application.exposure.findSoftware(caller, id) ?? []);
    return listAnswer(request, context, {
      rules: { type: recommendationType, largestPage: 10_000 },
      fragment: 'Recommendations',
      rows: rows.map((each) => recommendationOf(each, context)),
    });
  },
};
