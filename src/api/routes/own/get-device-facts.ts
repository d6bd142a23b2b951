import { factsShape } from '../../contract/own/assessment-shape.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/** GET /v1/devices/{id}/facts: who said what of the device and when, where its sources disagree, other tools' verdicts */
export const getDeviceFacts: Route = {
  method: 'GET',
  path: '/devices/:id/facts',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Devices',
  summary: 'Who said what of a device and when, and where its sources disagree.',
  answer: factsShape,
  async handle(request, _reply, { application, caller }) {
    const device = await application.getDevice(caller, idOf(request));
    return {
      deviceId: device.id,
      name: device.name,
      reportedAt: device.reportedAt,
      ...(await application.getDeviceFacts(device)),
    };
  },
};
