import { undeterminedReasons } from '../../../assessment/assessment.ts';
import type { Contribution } from '../../../operations/contribution.ts';
import type { Application } from '../../../operations/application.ts';
import { stateSorts, storedSorts } from '../../../operations/views/device-order.ts';
import { ageBucketOf, ageBuckets, isClean, staleBefore } from '../../../operations/views/view-context.ts';
import { parseSubject } from '../../../operations/views/views.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import type { FilterTree } from '../../../store/filter.ts';
import { devicesShape } from '../../contract/own/view-shapes.ts';
import type { Caller } from '../../auth/bearer.ts';
import type { Route } from '../route.ts';
import { sendTable } from '../../tables/send-table.ts';
import { columnsOf } from '../../tables/table-columns.ts';
import { invalid, listParameters, ListOptions } from './list-options.ts';

const sorts = [...storedSorts, ...stateSorts] as const;
const parameters = listParameters(sorts, {
  q: 'Part of the name, or a whole id or address.',
  coverage: 'assessed, partly-assessed, not-assessed; several with commas.',
  reason: 'Why something could not be judged.',
  clean: '`true`: nothing missing and no CVE open in what was judged.',
  lacking: 'Whether some update is missing.',
  open: 'Whether some CVE is open.',
  exploited: '`true`: some open CVE is exploited.',
  stale: 'Whether it has not reported for 30 days.',
  servicing: 'supported, esu, end-of-servicing.',
  platform: '`Windows11` …',
  version: '`24H2` …',
  age: `By the age of its level: ${ageBuckets.join(', ')}.`,
  restart: 'Whether a restart is due.',
  tag: 'Has the tag.',
  group: 'Of the device group.',
  missing: 'Misses the update.',
  install: 'Misses the update, and no other that it misses replaces it.',
  having: 'Has the update, or what replaces it.',
  undetermined: 'Could not be judged for the update or CVE.',
  affected: 'Is open to the CVE.',
  fixed: 'The CVE concerns it, and is not open.',
  software: 'Has the software: `microsoft-_-edge`.',
});

const columns = columnsOf(devicesShape.properties.items.items);

/** GET /v1/devices: devices as people look at them, a page at a time */
export const listDevices: Route = {
  method: 'GET',
  path: '/devices',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Devices',
  summary: 'Devices with how far they are behind and what they lack, filtered, sorted and paged.',
  parameters,
  answer: devicesShape,
  async handle(request, reply, { application, caller, now }) {
    const options = new ListOptions(request, parameters);
    const { key, isDescending } = options.sort(sorts, 'name');
    const { top, skip } = options.page();
    const fits = stateTests(application, options);
    const operands = storedFilters(application, caller, options, now);
    const query = {
      ...(fits.length === 0 ? {} : { fits: (state: Contribution) => fits.every((test) => test(state)) }),
      ...(operands.length === 0 ? {} : { filter: { kind: 'and', operands } as const }),
      sort: key,
      isDescending,
    };
    const format = options.format(request);
    const { views } = application;
    if (format === undefined) {
      const { total, coverage, rows } = await views.listDevices(caller, { ...query, top, skip }, now);
      return { total, skip, coverage, items: rows };
    }
    const { total } = await views.listDevices(caller, { ...query, top: 1, skip: 0 }, now);
    const pages = () => views.everyDevice(caller, query, now);
    return sendTable(reply, { format, name: 'devices', columns, total, pages, now });
  },
};

type StateTest = (state: Contribution) => boolean;

/** What the patch state alone tells. @throws {ApiError} 400 */
function stateTests(application: Application, options: ListOptions): readonly StateTest[] {
  const { views } = application;
  const tests: StateTest[] = [];
  const coverages = options.several('coverage', ['assessed', 'partly-assessed', 'not-assessed']);
  if (coverages !== undefined) tests.push(({ coverage }) => coverages.includes(coverage));
  const reasons = options.several('reason', undeterminedReasons);
  if (reasons !== undefined) tests.push((state) => state.reasons.some((reason) => reasons.includes(reason)));
  const servicings = options.several('servicing', ['supported', 'esu', 'end-of-servicing']);
  if (servicings !== undefined)
    tests.push(({ os: { servicing } }) => servicing !== null && servicings.includes(servicing));
  const ages = options.several('age', ageBuckets);
  if (ages !== undefined) tests.push((state) => ages.includes(ageBucketOf(state)));
  const platforms = options.words('platform');
  if (platforms !== undefined) tests.push(({ osPlatform }) => platforms.has((osPlatform ?? '').toLowerCase()));
  const software = options.words('software');
  if (software !== undefined) tests.push((state) => state.software.some(({ id }) => software.has(id)));
  const clean = options.flag('clean');
  if (clean !== undefined) tests.push((state) => isClean(state) === clean);
  const lacking = options.flag('lacking');
  if (lacking !== undefined) tests.push(({ missing }) => missing.length > 0 === lacking);
  const open = options.flag('open');
  if (open !== undefined) tests.push(({ openCves }) => openCves > 0 === open);
  const exploited = options.flag('exploited');
  if (exploited !== undefined) tests.push((state) => views.isExploited(state) === exploited);
  const restart = options.flag('restart');
  if (restart !== undefined) tests.push(({ restartPending }) => restartPending === restart);
  const install = options.text('install');
  if (install !== undefined) {
    const kb = tryParseKbNumber(install);
    if (kb === undefined) throw invalid('install', 'a KB number', install);
    tests.push((state) => state.install.includes(kb));
  }
  return [...tests, ...standingTests(application, options)];
}

const standings = {
  missing: ['open', 'kb'],
  having: ['clear', 'kb'],
  undetermined: ['undetermined', null],
  affected: ['open', 'vulnerability'],
  fixed: ['clear', 'vulnerability'],
} as const;

function standingTests({ views }: Application, options: ListOptions): readonly StateTest[] {
  return Object.entries(standings).flatMap(([name, [wanted, kind]]): readonly StateTest[] => {
    const text = options.text(name);
    if (text === undefined) return [];
    const subject = parseSubject(text);
    if (subject === undefined || (kind !== null && !(kind in subject)))
      throw invalid(name, kind === 'kb' ? 'a KB number' : kind === null ? 'a KB number or CVE' : 'a CVE', text);
    const standing = views.standing(subject);
    return [(state) => standing?.(state) === wanted];
  });
}

/** What the store filters by. */
function storedFilters(
  application: Application,
  caller: Caller,
  options: ListOptions,
  now: Date,
): readonly FilterTree[] {
  const filters: FilterTree[] = [];
  const q = options.text('q')?.trim();
  if (q !== undefined && q !== '')
    filters.push({
      kind: 'or',
      operands: [
        { kind: 'text', property: 'name', operator: 'contains', value: q },
        { kind: 'compare', property: 'id', operator: 'eq', value: q },
        { kind: 'compare', property: 'ipAddresses', operator: 'eq', value: q },
      ],
    });
  const stale = options.flag('stale');
  if (stale !== undefined)
    filters.push({ kind: 'compare', property: 'reportedAt', operator: stale ? 'lt' : 'ge', value: staleBefore(now) });
  const version = options.text('version');
  if (version !== undefined)
    filters.push({ kind: 'in', property: 'displayVersion', values: version.toUpperCase().split(',') });
  const tag = options.text('tag');
  if (tag !== undefined) filters.push({ kind: 'compare', property: 'tags', operator: 'eq', value: tag });
  const group = options.text('group');
  if (group !== undefined)
    filters.push({ kind: 'in', property: 'deviceGroup', values: groupsNamed(application, caller, group) });
  return filters;
}

/** A group that is not there has no devices. */
function groupsNamed({ groups }: Application, { tenant }: Caller, name: string): readonly string[] {
  try {
    return groups.parse(tenant, [name]);
  } catch {
    return [];
  }
}
