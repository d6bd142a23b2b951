import type { FastifyRequest } from 'fastify';
import { isCalendarDate } from '../../../terms/calendar-date.ts';
import { ApiError } from '../../errors.ts';
import { toDeviceItem } from '../../../operations/device-item.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/**
 * GET /v1/devices/{id}/assessment: the device's verdict with the evidence of every missing update. `asOf=YYYY-MM-DD` (UTC): what
 * today's knowledge says of that day. @throws {ApiError} 400 for anything else.
 */
export const getAssessment: Route = {
  method: 'GET',
  path: '/devices/:id/assessment',
  roles: ['Software.Read.All', 'Software.Read'],
  async handle(request, _reply, { application, caller }) {
    const device = application.getDevice(caller.tenant, idOf(request));
    const asOf = asOfOf(request);
    const assessment = application.getAssessment(device, asOf);
    const item = toDeviceItem({ source: device.id, name: device.name }, assessment);
    const evidence = application.explainMissing(device, assessment, asOf);
    const missing = item.missing.map((update, index) => ({ ...update, evidence: evidence[index] ?? null }));
    return { deviceId: device.id, reportedAt: device.reportedAt, asOf, ...item, missing };
  },
};

/** Names of query parameters in any case, as everywhere in the API. */
function asOfOf(request: FastifyRequest): string | null {
  const entries = Object.entries(request.query as Readonly<Record<string, unknown>>);
  const given = entries.filter(([name]) => name.toLowerCase() === 'asof').map(([, value]) => value);
  if (given.length === 0) return null;
  const [text] = given;
  if (given.length === 1 && typeof text === 'string' && isCalendarDate(text)) return text;
  throw new ApiError(400, 'InvalidInput', `asOf: expected one date such as 2026-06-30, got ${JSON.stringify(given)}`);
}
