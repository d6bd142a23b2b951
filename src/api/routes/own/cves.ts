import { severities } from '../../../catalogue/advisory-document.ts';
import type { Application } from '../../../operations/application.ts';
import type { CveRow } from '../../../operations/views/views.ts';
import { cvesShape } from '../../contract/own/view-shapes.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import type { Caller } from '../../auth/bearer.ts';
import type { Route } from '../route.ts';
import { sendTable } from '../../tables/send-table.ts';
import { columnsOf } from '../../tables/table-columns.ts';
import { invalid, listParameters, ListOptions, pageOfRows, sortedRows } from './list-options.ts';

const values = {
  id: ({ id }) => id,
  publishedOn: ({ publishedAt }) => publishedAt,
  devices: ({ devices }) => devices,
  cvss: ({ baseScore }) => baseScore,
  epss: ({ epss }) => epss,
  severity: ({ severity }) => (severity === null ? null : severities.length - severities.indexOf(severity)),
} satisfies Readonly<Record<string, (row: CveRow) => number | string | null>>;
const sorts = Object.keys(values) as (keyof typeof values)[];

const parameters = listParameters(sorts, {
  q: 'Part of the id.',
  open: '`all`: those too that no device is open to.',
  severity: 'Critical, Important, Moderate, Low.',
  exploited: 'Whether it is exploited.',
  year: '`2026`: of its id.',
  closedBy: 'Open where the update is to install, and closed by it or by what it replaces.',
});

const columns = columnsOf(cvesShape.properties.items.items);

/** GET /v1/cves: CVEs that devices are open to, or all of the catalogue */
export const listCves: Route = {
  method: 'GET',
  path: '/cves',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'CVEs',
  summary: 'CVEs that devices are open to, or all of the catalogue, filtered, sorted and paged.',
  parameters,
  answer: cvesShape,
  async handle(request, reply, { application, caller, now }) {
    const options = new ListOptions(request, parameters);
    const { key, isDescending } = options.sort(sorts, '-devices');
    const [scope] = options.several('open', ['true', 'all']) ?? ['true'];
    const q = (options.text('q') ?? '').trim().toUpperCase();
    const wanted = options.several('severity', severities);
    const exploited = options.flag('exploited');
    const years = options.words('year');
    const closed = closedOnes(application, caller, options);
    const rows = application.views
      .listCves(caller, scope === 'all')
      .filter(
        ({ id, severity, isExploited }) =>
          id.includes(q) &&
          (wanted === undefined || (severity !== null && wanted.includes(severity))) &&
          (exploited === undefined || isExploited === exploited) &&
          (years === undefined || years.has(id.slice(4, 8))) &&
          (closed === undefined || closed.has(id)),
      );
    const format = options.format(request);
    if (format !== undefined) {
      const sorted = sortedRows(rows, { valueOf: values[key], isDescending });
      return sendTable(reply, {
        format,
        name: 'cves',
        columns,
        total: rows.length,
        pages: () => [sorted.map(toCveRow)],
        now,
      });
    }
    const page = pageOfRows(rows, options, { valueOf: values[key], isDescending });
    return { ...page, items: page.items.map(toCveRow) };
  },
};

/** @throws {ApiError} 400 */
function closedOnes({ views }: Application, caller: Caller, options: ListOptions): ReadonlySet<string> | undefined {
  const text = options.text('closedBy');
  if (text === undefined) return undefined;
  const kb = tryParseKbNumber(text);
  if (kb === undefined) throw invalid('closedBy', 'a KB number', text);
  return views.closedBy(caller, kb);
}

/** Keys in the order of the documented shape. */
export function toCveRow({ id, severity, baseScore, vector, isExploited, epss, publishedAt, devices }: CveRow): object {
  return {
    id,
    severity,
    cvss: baseScore === null ? null : { baseScore, vector: vector ?? '' },
    exploited: isExploited,
    epss,
    publishedOn: publishedAt.slice(0, 10),
    devices,
  };
}
