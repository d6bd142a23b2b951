import type { Route } from '../route.ts';

/** GET /v1/status */
export const getStatus: Route = {
  method: 'GET',
  path: '/status',
  roles: [],
  async handle(_request, _reply, { application, caller, now }) {
    return application.getStatus(caller, now);
  },
};
