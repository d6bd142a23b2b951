import { collectionSchema } from '../../contract/collection.ts';
import { softwareType, toSoftware } from '../../contract/software.ts';
import { listAnswer } from '../list-answer.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/** GET /api/machines/{id}/software */
export const listMachineSoftware: Route = {
  method: 'GET',
  path: '/machines/:id/software',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Machines',
  summary: 'Software of a device that the catalogue knows.',
  options: 'list',
  answer: collectionSchema(softwareType),
  async handle(request, _reply, context) {
    const { application, caller } = context;
    const device = await application.getDevice(caller, idOf(request));
    const rows = application.exposure.listDeviceSoftware(caller, device).map(toSoftware);
    return listAnswer(request, context, {
      rules: { type: softwareType, largestPage: 10_000 },
      fragment: 'Software',
      rows,
    });
  },
};
