import { collectionOf, collectionSchema } from '../../contract/collection.ts';
import { machineActionType } from '../../contract/machine-action.ts';
import { parseQueryOptions } from '../../odata/query-options.ts';
import type { Route } from '../route.ts';

/** GET /api/machineactions: asked by clients to see whether they are let in */
export const listMachineActions: Route = {
  method: 'GET',
  path: '/machineactions',
  roles: [],
  tag: 'Machine actions',
  summary: 'Actions on devices: none, since kbgap runs nothing on them.',
  options: 'list',
  answer: collectionSchema(machineActionType),
  async handle(request, _reply, { baseUrl }) {
    const rules = { type: machineActionType, largestPage: 10_000 };
    const options = parseQueryOptions(request.query as Record<string, unknown>, rules);
    const count = options.count ? 0 : undefined;
    const fragment = 'MachineActions';
    return collectionOf({ baseUrl, url: request.url, fragment, rows: [], count, next: undefined, options });
  },
};
