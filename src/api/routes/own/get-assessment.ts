import { toDeviceItem } from '../../../operations/device-item.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/** GET /v1/devices/{id}/assessment: the device's verdict with the evidence of every missing update */
export const getAssessment: Route = {
  method: 'GET',
  path: '/devices/:id/assessment',
  roles: ['Software.Read.All', 'Software.Read'],
  async handle(request, _reply, { application, caller }) {
    const device = application.getDevice(caller.tenant, idOf(request));
    const assessment = application.getAssessment(device);
    const item = toDeviceItem({ source: device.id, name: device.name }, assessment);
    const evidence = application.explainMissing(device, assessment);
    const missing = item.missing.map((update, index) => ({ ...update, evidence: evidence[index] ?? null }));
    return { deviceId: device.id, reportedAt: device.reportedAt, ...item, missing };
  },
};
