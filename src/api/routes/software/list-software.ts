import { collectionSchema } from '../../contract/collection.ts';
import { softwareType, toSoftware } from '../../contract/software.ts';
import { listAnswer } from '../list-answer.ts';
import type { Route } from '../route.ts';

/** GET /api/Software: what the devices of the tenant have installed */
export const listSoftware: Route = {
  method: 'GET',
  path: '/Software',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Software',
  summary: 'Software that devices have installed.',
  options: 'list',
  answer: collectionSchema(softwareType),
  async handle(request, _reply, context) {
    const rows = context.application.exposure.listSoftware(context.caller).map(toSoftware);
    return listAnswer(request, context, {
      rules: { type: softwareType, largestPage: 10_000 },
      fragment: 'Software',
      rows,
    });
  },
};
