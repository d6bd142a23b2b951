import { vulsResults } from '../../contract/own/report-shapes.ts';
import type { IncomingHttpHeaders } from 'node:http';
import { keptDevices } from '../../../inventory/readers/kept-report.ts';
import { readInventory } from '../../../inventory/readers/read-inventory.ts';
import { reportInput } from '../../../inventory/readers/report-input.ts';
import { vulsHeaderNames } from '../../../inventory/readers/vuls/headers.ts';
import { vuls } from '../../../inventory/readers/vuls/read.ts';
import { sees, wholeTenant } from '../../../operations/scope.ts';
import { toVulsScanResult } from '../../contract/vuls-scan-result.ts';
import type { VulsScanResult } from '../../contract/vuls-scan-result.ts';
import { ApiError } from '../../errors.ts';
import { unpackBody } from '../../unpack-body.ts';
import type { Route } from '../route.ts';
import { largestReport, onlyDevice, queued } from './post-report.ts';

/**
 * POST /vuls: what clients of Vuls' server mode send for Windows, at its address: `systeminfo` with headers `X-Vuls-…`, or a
 * result of a scan as JSON. Answers a list with one result, as Vuls does: open CVEs with the updates that fix them. They need
 * nothing but a token; what is open is told only to one that may also read it.
 */
export const postVuls: Route = {
  method: 'POST',
  path: '/vuls',
  roles: ['Report.Write.All'],
  tag: 'Reports',
  summary: "What clients of Vuls' server mode send for Windows, answered as Vuls does.",
  body: {
    description: '`systeminfo` with headers `X-Vuls-…`, or a result of a scan.',
    types: { 'text/plain': undefined, 'application/json': undefined },
  },
  answer: vulsResults,
  async handle(request, _reply, { application, caller, now, inTurn }): Promise<readonly VulsScanResult[]> {
    const { inventory, outcome: pending } = await inTurn(async () => {
      const body = await unpackBody(request.body, request.headers['content-encoding'], largestReport);
      const raw = withHeaders(request.headers, body);
      const report = onlyDevice(keptDevices(readInventory(reportInput('request body', raw), vuls.format), raw));
      const { outcome } = queued(application.applyReport(caller.tenant, { ...report, receivedAt: now }));
      return { inventory: report.inventory, outcome };
    });
    const outcome = await pending;
    const device = await application.getDevice(wholeTenant(caller.tenant), outcome.deviceId);
    const assessment = application.getAssessment(device);
    const mayRead =
      sees(caller, device.deviceGroup) && (caller.roles.has('Software.Read.All') || caller.roles.has('Software.Read'));
    return [toVulsScanResult({ inventory, outcome, assessment, now, mayRead })];
  },
};

/** The report as it can be read again: headers are part of it. A result of a scan has all of them inside. */
function withHeaders(headers: IncomingHttpHeaders, body: Uint8Array): Uint8Array {
  if (/^(?:\xef\xbb\xbf)?\s*[[{]/.test(Buffer.from(body.subarray(0, 1000)).toString('latin1'))) return body;
  const lines = Object.values(vulsHeaderNames).flatMap((name) => {
    const value = headers[name.toLowerCase()];
    return typeof value === 'string' && value.trim() !== '' ? [`${name}: ${value.trim()}\r\n`] : [];
  });
  if (headers[vulsHeaderNames.family.toLowerCase()] === undefined)
    throw new ApiError(400, 'MissingRequiredParameter', `${vulsHeaderNames.family}: expected windows, got nothing`);
  // Node gives the bytes of a header as Latin-1.
  return Buffer.concat([Buffer.from(`${lines.join('')}\r\n`, 'latin1'), body]);
}
