import { collectionSchema, contextOf } from '../../contract/collection.ts';
import { softwareType, toSoftware } from '../../contract/software.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/** GET /api/machines/{id}/software */
export const listMachineSoftware: Route = {
  method: 'GET',
  path: '/machines/:id/software',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Machines',
  summary: 'Software of a device that the catalogue knows.',
  options: 'entity',
  answer: collectionSchema(softwareType),
  async handle(request, _reply, { application, caller, baseUrl }) {
    checkQueryOptions(request.query as Record<string, unknown>, softwareType);
    const device = await application.getDevice(caller, idOf(request));
    const value = application.exposure.listDeviceSoftware(caller, device).map(toSoftware);
    return { '@odata.context': contextOf(baseUrl, 'Software'), value };
  },
};
