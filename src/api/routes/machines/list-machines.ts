import { collectionSchema } from '../../contract/collection.ts';
import { machineType, toMachine } from '../../contract/machine.ts';
import { machineRules } from '../../odata/machine-query.ts';
import { devicesAnswer } from '../list-answer.ts';
import type { Route } from '../route.ts';

/** GET /api/machines */
export const listMachines: Route = {
  method: 'GET',
  path: '/machines',
  roles: ['Machine.Read.All', 'Machine.Read'],
  tag: 'Machines',
  summary: 'Devices, page by page.',
  options: 'list',
  answer: collectionSchema(machineType),
  async handle(request, _reply, context) {
    return devicesAnswer(request, context, { rules: machineRules, fragment: 'Machines', toRow: toMachine });
  },
};
