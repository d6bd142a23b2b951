import { collectionSchema, contextOf } from '../../contract/collection.ts';
import { missingKbContext, missingKbType } from '../../contract/missing-kb.ts';
import type { MissingKb } from '../../contract/missing-kb.ts';
import { ApiError } from '../../errors.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/** GET /api/Software/{id}/getmissingkbs: the updates that one software misses on any device of the tenant */
export const listSoftwareMissingKbs: Route = {
  method: 'GET',
  path: '/Software/:id/getmissingkbs',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Software',
  summary: 'Updates that one software misses on any device.',
  answer: collectionSchema(missingKbType),
  async handle(request, _reply, { application, caller, baseUrl }) {
    checkQueryOptions(request.query as Record<string, unknown>, missingKbType);
    const id = idOf(request).toLowerCase();
    const missing = application.findSoftwareMissingKbs(caller, id);
    if (missing === undefined) throw new ApiError(404, 'ResourceNotFound', `Software ${idOf(request)} was not found`);
    const slug = id.slice(id.indexOf('-_-') + 3);
    const value = missing.map(({ kb, name, osBuild, url, devices, cveAddressed }): MissingKb => ({
      id: kb,
      name,
      osBuild,
      productsNames: [slug],
      url,
      machineMissedOn: devices,
      cveAddressed,
    }));
    return { '@odata.context': contextOf(baseUrl, missingKbContext), value };
  },
};
