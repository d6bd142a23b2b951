import { entityOf, entitySchema } from '../../contract/collection.ts';
import { softwareType, toSoftware } from '../../contract/software.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import type { Route } from '../route.ts';
import { softwareOf } from './find-software.ts';

/** GET /api/Software/{id} */
export const getSoftware: Route = {
  method: 'GET',
  path: '/Software/:id',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Software',
  summary: 'One software.',
  options: 'entity',
  answer: entitySchema(softwareType),
  async handle(request, _reply, context) {
    const options = checkQueryOptions(request.query as Record<string, unknown>, softwareType);
    return entityOf(context.baseUrl, 'Software/$entity', toSoftware(softwareOf(request, context)), options);
  },
};
