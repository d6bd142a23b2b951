import { nativeInventory, reportOutcome } from '../../contract/own/report-shapes.ts';
import Type from 'typebox';
import type { FastifyRequest } from 'fastify';
import { keptDevices } from '../../../inventory/readers/kept-report.ts';
import { readInventory } from '../../../inventory/readers/read-inventory.ts';
import { reportInput } from '../../../inventory/readers/report-input.ts';
import { onlyReport } from '../../../operations/intake/only-report.ts';
import { ApiError } from '../../errors.ts';
import { unpackBody } from '../../unpack-body.ts';
import type { Route } from '../route.ts';

/** Bytes of a report after decompression; more is 413. */
export const largestReport = 16 * 1024 * 1024;

/** POST /v1/reports: one inventory of any readable format, told by its content; answered once it is on disk */
export const postReport: Route = {
  method: 'POST',
  path: '/reports',
  roles: ['Report.Write.All'],
  tag: 'Reports',
  summary: 'One inventory in any readable format, told by its content; answered once it is on disk.',
  parameters: [
    {
      name: 'name',
      description: 'Name of the device where the report tells none.',
      schema: Type.String({ maxLength: 255 }),
    },
  ],
  body: {
    description: 'Also packed, by Content-Encoding. Its Content-Type is not looked at.',
    types: { 'application/json': nativeInventory, 'text/plain': undefined, 'application/octet-stream': undefined },
  },
  answer: reportOutcome,
  async handle(request, _reply, { application, caller, now, inTurn }) {
    const { outcome } = await inTurn(async () => {
      const body = await unpackBody(request.body, request.headers['content-encoding'], largestReport);
      const { bytes } = await onlyReport({ source: 'request body', bytes: body }, largestReport);
      const report = onlyDevice(keptDevices(readInventory(reportInput('request body', bytes)), bytes));
      const { inventory } = report;
      const device = { ...inventory.device, name: inventory.device.name ?? nameOf(request) };
      return queued(
        application.applyReport(caller.tenant, { ...report, inventory: { ...inventory, device }, receivedAt: now }),
      );
    });
    return outcome;
  },
};

/** For a report that does not say it. */
function nameOf(request: FastifyRequest): string | undefined {
  const { name } = request.query as { readonly name?: unknown };
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 255) : undefined;
}

/** @throws {ApiError} 400 for none and for several. */
export function onlyDevice<Kept>(kept: readonly Kept[]): Kept {
  const [report] = kept;
  if (report !== undefined && kept.length === 1) return report;
  throw new ApiError(400, 'InvalidRequestBody', `request body: expected one device, got ${kept.length}`);
}

/** By then the report is packed: nobody else's turn waits for the disk. The outcome is awaited outside. */
export function queued<Outcome>(outcome: Promise<Outcome>): { readonly outcome: Promise<Outcome> } {
  outcome.catch(() => undefined);
  return { outcome };
}
