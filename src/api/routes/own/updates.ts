import { updateKinds } from '../../../terms/update-kind.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import { severities } from '../../../catalogue/advisory-document.ts';
import type { UpdateRow } from '../../../operations/views/update-rows.ts';
import { updateShape, updatesShape } from '../../contract/own/view-shapes.ts';
import { notFound } from '../list-answer.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';
import { toCveRow } from './cves.ts';
import { sendTable } from '../../tables/send-table.ts';
import { columnsOf } from '../../tables/table-columns.ts';
import { listParameters, ListOptions, pageOfRows, sortedRows } from './list-options.ts';

const worst = severities.length;
const values = {
  kb: ({ kb }) => Number(kb),
  releasedOn: ({ releasedOn }) => releasedOn,
  cves: ({ cves }) => cves,
  openCves: ({ openCves }) => openCves,
  exploited: ({ exploitedCves }) => exploitedCves,
  epss: ({ epss }) => epss?.score ?? null,
  cvss: ({ cvss }) => cvss?.baseScore ?? null,
  severity: ({ severity }) => (severity === null ? null : worst - severities.indexOf(severity)),
  devices: ({ devicesMissing }) => devicesMissing,
  toInstall: ({ devicesToInstall }) => devicesToInstall,
} satisfies Readonly<Record<string, (row: UpdateRow) => number | string | null>>;
const sorts = Object.keys(values) as (keyof typeof values)[];

const parameters = listParameters(sorts, {
  q: 'Part of the KB number, name or product, or a whole CVE.',
  missing: '`all`: updates too that no device misses.',
  install: '`true`: some device is to install it.',
  kind: '`lcu` …',
  product: '`windows_11` …',
  month: '`2026-Jun`',
  severity: 'Critical, Important, Moderate, Low.',
  exploited: 'Whether it fixes an exploited CVE.',
  restart: 'yes, maybe, no.',
});

const columns = columnsOf(updatesShape.properties.items.items);

/** GET /v1/updates: updates that devices miss, or all of the catalogue */
export const listUpdates: Route = {
  method: 'GET',
  path: '/updates',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Updates',
  summary: 'Updates that devices miss, or all of the catalogue, filtered, sorted and paged.',
  parameters,
  answer: updatesShape,
  async handle(request, reply, { application, caller, now }) {
    const options = new ListOptions(request, parameters);
    const { key, isDescending } = options.sort(sorts, '-devices');
    const [scope] = options.several('missing', ['true', 'all']) ?? ['true'];
    const tests = testsOf(options);
    const q = (options.text('q') ?? '').trim().toLowerCase();
    const ofCve = q.startsWith('cve-') ? new Set(application.views.kbsOf(q)) : undefined;
    const all = await application.views.listUpdates(caller, scope === 'all');
    const rows = all.filter((row) => tests.every((test) => test(row)) && (ofCve?.has(row.kb) ?? holdsText(row, q)));
    const format = options.format(request);
    if (format === undefined) return pageOfRows(rows, options, { valueOf: values[key], isDescending });
    const sorted = sortedRows(rows, { valueOf: values[key], isDescending });
    return sendTable(reply, { format, name: 'updates', columns, total: rows.length, pages: () => [sorted], now });
  },
};

function holdsText({ kb, name, products }: UpdateRow, q: string): boolean {
  if (q === '') return true;
  return (
    kb.includes(q.replace(/^kb/, '')) ||
    (name ?? '').toLowerCase().includes(q) ||
    products.some((slug) => slug.toLowerCase().includes(q.replaceAll(' ', '_')))
  );
}

function testsOf(options: ListOptions): readonly ((row: UpdateRow) => boolean)[] {
  const tests: ((row: UpdateRow) => boolean)[] = [];
  const kinds: readonly string[] | undefined = options.several('kind', updateKinds);
  if (kinds !== undefined) tests.push(({ kind }) => kind !== null && kinds.includes(kind));
  const products = options.words('product');
  if (products !== undefined) tests.push((row) => row.products.some((slug) => products.has(slug.toLowerCase())));
  const months = options.words('month');
  if (months !== undefined) tests.push(({ releaseId }) => months.has((releaseId ?? '').toLowerCase()));
  const wanted = options.several('severity', severities);
  if (wanted !== undefined) tests.push(({ severity }) => severity !== null && wanted.includes(severity));
  const restarts = options.several('restart', ['yes', 'maybe', 'no']);
  if (restarts !== undefined)
    tests.push((row) => row.restartRequired !== null && restarts.includes(row.restartRequired));
  const exploited = options.flag('exploited');
  if (exploited !== undefined) tests.push(({ exploitedCves }) => exploitedCves > 0 === exploited);
  const install = options.flag('install');
  if (install !== undefined) tests.push(({ devicesToInstall }) => devicesToInstall > 0 === install);
  return tests;
}

const mostFixes = 500;

/** GET /v1/updates/{kb}: what it fixes and replaces, what is known of it, and how devices stand to it */
export const getUpdate: Route = {
  method: 'GET',
  path: '/updates/:id',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Updates',
  summary: 'What an update fixes and replaces, and how many devices miss it, have it or could not be judged.',
  answer: updateShape,
  async handle(request, _reply, { application, caller }) {
    const kb = tryParseKbNumber(idOf(request));
    const update = kb === undefined ? undefined : await application.views.findUpdate(caller, kb);
    if (update === undefined) throw notFound('Update', idOf(request));
    const { fixes, rows, devices, ...head } = update;
    const cves = [...application.views.cveRows(caller, fixes)].sort(
      (a, b) =>
        Number(b.isExploited) - Number(a.isExploited) ||
        (b.baseScore ?? 0) - (a.baseScore ?? 0) ||
        (a.id < b.id ? -1 : 1),
    );
    const shown = cves.slice(0, mostFixes).map(toCveRow);
    return { ...head, fixes: shown, fixesTotal: cves.length, rows, devices };
  },
};
