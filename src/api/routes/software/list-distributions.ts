import { collectionSchema, contextOf } from '../../contract/collection.ts';
import { distribution, softwareType } from '../../contract/software.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import type { Route } from '../route.ts';
import { softwareOf } from './find-software.ts';

/** GET /api/Software/{id}/distributions: its versions, never cut */
export const listDistributions: Route = {
  method: 'GET',
  path: '/Software/:id/distributions',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Software',
  summary: 'Versions of a software with installations and open CVEs.',
  answer: collectionSchema({ schema: distribution }),
  async handle(request, _reply, context) {
    checkQueryOptions(request.query as Record<string, unknown>, softwareType);
    const { versions } = softwareOf(request, context);
    return { '@odata.context': contextOf(context.baseUrl, 'Distributions'), value: versions };
  },
};
