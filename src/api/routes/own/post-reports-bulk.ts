import { bulkOutcome, nativeInventory } from '../../contract/own/report-shapes.ts';
import { Readable } from 'node:stream';
import { BulkAbortedError } from '../../../operations/bulk/apply-reports.ts';
import type { BulkOutcome } from '../../../operations/bulk/apply-reports.ts';
import { ApiError } from '../../errors.ts';
import { unpackStream } from '../../unpack-body.ts';
import type { Route } from '../route.ts';
import { largestReport } from './post-report.ts';

/** Bytes of all lines together, unpacked: a million reports of 4 KB. */
const largestBulk = 4 * 1024 * 1024 * 1024;
/** Bodies that are read at once; each keeps some pieces in memory and all share one disk. */
const mostAtOnce = 4;
const retrySeconds = 5;

let running = 0;

/** POST /v1/reports/bulk: native inventories, one a line; a bad line costs that line, what was accepted is on disk */
export const postReportsBulk: Route = {
  method: 'POST',
  path: '/reports/bulk',
  roles: ['Report.Write.All'],
  tag: 'Reports',
  summary: 'Native inventories, one a line; a bad line costs that line.',
  body: { description: 'NDJSON of any length, also packed.', types: { 'application/x-ndjson': nativeInventory } },
  answer: bulkOutcome,
  bodyAs: 'stream',
  async handle(request, _reply, { application, caller, now }) {
    const { body } = request;
    if (!(body instanceof Readable))
      throw new ApiError(400, 'InvalidRequestBody', 'request body: expected reports, one a line, got nothing');
    if (running >= mostAtOnce) {
      throw new ApiError(
        429,
        'TooManyRequests',
        `expected at most ${mostAtOnce} bulk uploads at once; try again later`,
        { retrySeconds },
      );
    }
    running += 1;
    try {
      const lines = unpackStream(body, request.headers['content-encoding'], largestBulk);
      const outcome = await application.applyReports(caller.tenant, lines, {
        receivedAt: now,
        longestLine: largestReport,
      });
      return shown(outcome);
    } catch (error) {
      if (!(error instanceof BulkAbortedError) || !(error.cause instanceof ApiError)) throw error;
      const { status, code, message } = error.cause;
      const kept = `${error.outcome.accepted} reports before it were accepted`;
      throw new ApiError(status, code, `${message}; ${kept}`, { cause: error });
    } finally {
      running -= 1;
    }
  },
};

/** `rejectedCount` only where the list is cut. */
function shown({ accepted, rejected, rejectedCount }: BulkOutcome): object {
  return { accepted, rejected, ...(rejectedCount > rejected.length ? { rejectedCount } : {}) };
}
