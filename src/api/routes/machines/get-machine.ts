import { contextOf } from '../../contract/collection.ts';
import { toMachine } from '../../contract/machine.ts';
import { parseQueryOptions } from '../../odata/query-options.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/** GET /api/machines/{id}, by id or computer name */
export const getMachine: Route = {
  method: 'GET',
  path: '/machines/:id',
  roles: ['Machine.Read.All', 'Machine.Read'],
  async handle(request, _reply, { application, caller, baseUrl }) {
    parseQueryOptions(request.query as Record<string, unknown>);
    const device = application.getDevice(caller, idOf(request));
    return {
      '@odata.context': contextOf(baseUrl, 'Machine'),
      ...toMachine(device, application.getAssessment(device).openCves.length),
    };
  },
};
