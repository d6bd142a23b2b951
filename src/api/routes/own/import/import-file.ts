import Type from 'typebox';
import type { FastifyRequest } from 'fastify';
import { reportLimits } from '../../../../operations/intake/report-limits.ts';
import type { ReportLimits } from '../../../../operations/intake/report-limits.ts';
import { storeSentReports } from '../../../../operations/intake/store-sent-reports.ts';
import { importOutcomeShape, importPreviewShape } from '../../../contract/own/import-shapes.ts';
import { unpackBody } from '../../../unpack-body.ts';
import { oneParameter } from '../../parameters.ts';
import type { Route } from '../../route.ts';
import { largestReport } from '../post-report.ts';

/** What one request may unpack to: its reports are read while others wait for their turn. */
const limits: ReportLimits = {
  ...reportLimits,
  largestFileBytes: largestReport,
  largestReportBytes: largestReport,
  largestContentBytes: largestReport * 16,
  mostEntries: 10_000,
};

const longestName = 255;

const common = {
  method: 'POST',
  roles: ['Report.Write.All'],
  tag: 'Reports',
  parameters: [
    { name: 'fileName', description: 'What the file is called; names what is told of it.', schema: Type.String() },
    { name: 'name', description: 'Of a single device that does not tell its own.', schema: Type.String() },
  ],
  body: {
    description: 'One file: a report of any readable format, or gzip, zstd, zip or tar of many.',
    types: { 'application/octet-stream': undefined, 'text/plain': undefined },
  },
} as const;

/** POST /v1/import/preview: what a file would bring. Nothing is stored. */
export const previewImport: Route = {
  ...common,
  path: '/import/preview',
  summary: 'What a file would bring: devices, what was understood of them, what is refused. Nothing is stored.',
  answer: importPreviewShape,
  async handle(request, _reply, { application, caller, inTurn }) {
    const { fileName, options } = asked(request);
    const bytes = await unpackBody(request.body, request.headers['content-encoding'], largestReport);
    const preview = await inTurn(() =>
      application.previewReports(caller.tenant, { source: fileName, bytes }, { ...options, limits }),
    );
    return { fileName, ...preview };
  },
};

/** POST /v1/import: stores every device of a file; what is refused costs itself alone. */
export const importFile: Route = {
  ...common,
  path: '/import',
  summary: 'Stores every device of a file; what is refused costs itself alone.',
  answer: importOutcomeShape,
  async handle(request, _reply, { application, caller, now, inTurn }) {
    const { fileName, options } = asked(request);
    const bytes = await unpackBody(request.body, request.headers['content-encoding'], largestReport);
    const outcome = await inTurn(() =>
      storeSentReports(application, caller.tenant, { source: fileName, bytes }, { ...options, limits, now: () => now }),
    );
    return { fileName, ...outcome };
  },
};

function asked(request: FastifyRequest): {
  readonly fileName: string;
  readonly options: { readonly naming?: { readonly name: string } };
} {
  const fileName = (oneParameter(request, 'fileName', 'name') ?? '').trim().slice(0, longestName) || 'file';
  const name = (oneParameter(request, 'name', 'name') ?? '').trim().slice(0, longestName);
  return { fileName, options: name === '' ? {} : { naming: { name } } };
}
