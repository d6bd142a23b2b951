import { statusShape } from '../../contract/own/status-shape.ts';
import type { Route } from '../route.ts';

/** GET /v1/status */
export const getStatus: Route = {
  method: 'GET',
  path: '/status',
  roles: [],
  tag: 'Catalogue',
  summary: 'The catalogue in use, its supply, and how many devices it judged.',
  answer: statusShape,
  async handle(_request, _reply, { application, caller, now }) {
    return await application.getStatus(caller, now);
  },
};
