import Type from 'typebox';
import { alertType } from '../../contract/alert.ts';
import { parseQueryOptions } from '../../odata/query-options.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/** GET /api/machines/{id}/alerts/$count: a number as text */
export const countMachineAlerts: Route = {
  method: 'GET',
  path: '/machines/:id/alerts/$count',
  roles: [],
  tag: 'Alerts',
  summary: 'How many alerts a device has: 0.',
  answer: Type.Literal('0'),
  answerType: 'text/plain',
  async handle(request, reply, { application, caller }) {
    parseQueryOptions(request.query as Record<string, unknown>, { type: alertType, largestPage: 1 });
    await application.getDevice(caller, idOf(request));
    reply.type('text/plain; charset=utf-8');
    return '0';
  },
};
