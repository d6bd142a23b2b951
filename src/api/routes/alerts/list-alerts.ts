import type { FastifyRequest } from 'fastify';
import { alertType } from '../../contract/alert.ts';
import { collectionOf, collectionSchema } from '../../contract/collection.ts';
import type { Collection } from '../../contract/collection.ts';
import { parseQueryOptions } from '../../odata/query-options.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

const rules = { type: alertType, largestPage: 10_000, expandable: new Set(['evidence']) };

/** kbgap raises no alerts: an empty list, whatever is asked of it. @throws {ApiError} 400 for a malformed option. */
function noAlerts(request: FastifyRequest, baseUrl: string): Collection<object> {
  const options = parseQueryOptions(request.query as Record<string, unknown>, rules);
  const count = options.count ? 0 : undefined;
  return collectionOf({ baseUrl, url: request.url, fragment: 'Alerts', rows: [], count, next: undefined, options });
}

/** GET /api/alerts: asked by clients to see whether they are let in */
export const listAlerts: Route = {
  method: 'GET',
  path: '/alerts',
  roles: [],
  tag: 'Alerts',
  summary: 'Alerts: none, since kbgap raises none.',
  options: 'list',
  answer: collectionSchema(alertType),
  async handle(request, _reply, { baseUrl }) {
    return noAlerts(request, baseUrl);
  },
};

/** GET /api/machines/{id}/alerts */
export const listMachineAlerts: Route = {
  method: 'GET',
  path: '/machines/:id/alerts',
  roles: [],
  tag: 'Alerts',
  summary: 'Alerts of one device: none.',
  options: 'list',
  answer: collectionSchema(alertType),
  async handle(request, _reply, { application, caller, baseUrl }) {
    await application.getDevice(caller, idOf(request));
    return noAlerts(request, baseUrl);
  },
};
