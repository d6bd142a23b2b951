import { day } from '../../contract/own/shape.ts';
import { assessmentShape } from '../../contract/own/assessment-shape.ts';
import type { FastifyRequest } from 'fastify';
import { isCalendarDate } from '../../../terms/calendar-date.ts';
import { ApiError } from '../../errors.ts';
import type { DeviceRow } from '../../../store/store.ts';
import type { Application, KnownAtAssessment } from '../../../operations/application.ts';
import { joinItem, toDeviceItem } from '../../../operations/device-item.ts';
import { oneParameter } from '../parameters.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

const oneDate = 'date such as 2026-06-30';

/**
 * GET /v1/devices/{id}/assessment: the device's verdict with the evidence of every missing update. `asOf=YYYY-MM-DD` (UTC): what
 * is known says of that day; `knownAt=YYYY-MM-DD`: what was known on that day, by the documents seen until then. @throws {ApiError} 400 for anything else.
 */
export const getAssessment: Route = {
  method: 'GET',
  path: '/devices/:id/assessment',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Devices',
  summary: "A device's verdict with the evidence of every missing update.",
  parameters: [
    { name: 'asOf', description: 'What the knowledge of today says of that day (UTC).', schema: day },
    { name: 'knownAt', description: 'What was known on that day.', schema: day },
  ],
  answer: assessmentShape,
  async handle(request, _reply, { application, caller }) {
    const device = await application.getDevice(caller, idOf(request));
    const asOf = dayOf(request, 'asOf');
    const knownAt = dayOf(request, 'knownAt');
    const { assessment, evidence, joined } =
      knownAt === null ? today(application, device, asOf) : await application.assessKnownAt(device, knownAt, asOf);
    const item = joinItem(toDeviceItem({ source: device.id, name: device.name }, assessment), assessment, joined);
    const missing = item.missing.map((update, index) => ({ ...update, evidence: evidence[index] ?? null }));
    return { deviceId: device.id, reportedAt: device.reportedAt, asOf, knownAt, ...item, missing };
  },
};

function today(
  application: Application,
  device: DeviceRow,
  asOf: string | null,
): Pick<KnownAtAssessment, 'assessment' | 'evidence' | 'joined'> {
  const assessment = application.getAssessment(device, asOf);
  return {
    assessment,
    evidence: application.explainMissing(device, assessment, asOf),
    joined: application.joinFacts(assessment),
  };
}

function dayOf(request: FastifyRequest, wanted: string): string | null {
  const text = oneParameter(request, wanted, oneDate);
  if (text === undefined || isCalendarDate(text)) return text ?? null;
  throw new ApiError(400, 'InvalidInput', `${wanted}: expected one ${oneDate}, got "${text.slice(0, 40)}"`);
}
