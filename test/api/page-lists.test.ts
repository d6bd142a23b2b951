import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTwoTenants } from '../support/two-tenants.ts';
import { reportAll } from '../support/small-fleet.ts';

// The small fleet: pc-a and pc-b are Windows 10 1909 at 18363.476 (November 2019), pc-c and pc-d Windows 11 23H2 at 22631.3007 (January
// 2024), srv-e Server 2019 at 17763.1339 (July 2020), pc-f a 23H2 above every published level, `odd` a build that no branch has.

const { application, tenant, other, now, token, ask } = await startTwoTenants();
await reportAll(application, tenant, { receivedAt: now() });
await reportAll(application, other, { devices: [{ name: 'foreign', build: '10.0.18363.476' }], receivedAt: now() });
const bearer = await token();

interface Row {
  readonly [key: string]: unknown;
}

interface Page {
  readonly total: number;
  readonly skip: number;
  readonly coverage?: object;
  readonly items: readonly Row[];
}

async function get<T = Row>(url: string): Promise<T> {
  const { status, body } = await ask({ url: `/v1${url}`, token: bearer });
  assert.equal(status, 200, `${url}: ${body}`);
  return JSON.parse(body) as T;
}

const names = async (query: string): Promise<readonly unknown[]> =>
  (await get<Page>(`/devices?${query}`)).items.map(({ name }) => name);
const sorted = async (query: string): Promise<readonly unknown[]> =>
  [...(await names(query))].sort((a, b) => (String(a) < String(b) ? -1 : 1));

describe('GET /v1/devices', () => {
  const filters: readonly (readonly [query: string, found: readonly string[]])[] = [
    ['', ['odd', 'pc-a', 'pc-b', 'pc-c', 'pc-d', 'pc-f', 'srv-e']],
    ['coverage=not-assessed', ['odd']],
    ['reason=unrecognised-build', ['odd']],
    ['q=PC-', ['pc-a', 'pc-b', 'pc-c', 'pc-d', 'pc-f']],
    ['q=10.0.0.1', ['pc-a', 'pc-c']],
    ['tag=site:berlin', ['pc-a', 'srv-e']],
    ['platform=WindowsServer2019,Windows10', ['pc-a', 'pc-b', 'srv-e']],
    ['stale=true', []],
    ['q=pc&coverage=not-assessed', []],
    // KB4540673 is the cumulative update of March 2020 for 1903 and 1909.
    ['missing=KB4540673', ['pc-a', 'pc-b']],
    ['missing=4540673&q=pc-b', ['pc-b']],
    ['undetermined=4540673', ['odd']],
    ['having=4540673', []],
    // SMBGhost: of 1903 and 1909 alone.
    ['affected=CVE-2020-0796', ['pc-a', 'pc-b']],
    ['fixed=CVE-2020-0796', []],
    ['software=microsoft-_-edge_chromium-based', ['pc-c', 'pc-d']],
    ['install=KB4540673', []],
    ['lacking=true', ['pc-a', 'pc-b', 'pc-c', 'pc-d', 'srv-e']],
    ['lacking=false&coverage=assessed,partly-assessed', ['pc-f']],
    ['open=true&q=srv', ['srv-e']],
    ['age=current', ['pc-f']],
    ['age=unknown', ['odd']],
    ['group=UnassignedGroup&q=odd', ['odd']],
    ['group=Nowhere', []],
  ];
  for (const [query, found] of filters)
    it(`finds by ${query === '' ? 'nothing' : query}`, async () => {
      assert.deepEqual(await sorted(query), found);
      assert.equal((await get<Page>(`/devices?${query}`)).total, found.length);
    });

  it('counts how well those are judged that it lists, on every page and however it is sorted', async () => {
    for (const [query] of filters) {
      const { items } = await get<Page>(`/devices?${query}&top=1000`);
      const of = (wanted: string): number => items.filter(({ coverage }) => coverage === wanted).length;
      const counts = {
        assessed: of('assessed'),
        partlyAssessed: of('partly-assessed'),
        notAssessed: of('not-assessed'),
      };
      for (const more of ['', '&top=1&skip=2', '&sort=-missing', '&sort=missing&top=1&skip=1'])
        assert.deepEqual((await get<Page>(`/devices?${query}${more}`)).coverage, counts, query + more);
    }
  });

  const sorts = [
    'name',
    'reportedAt',
    'firstSeenAt',
    'build',
    'behind',
    'missing',
    'install',
    'openCves',
    'exploited',
    'coverage',
    'servicing',
  ];
  for (const sort of sorts)
    it(`pages by ${sort} lose and repeat nothing, either way, filtered or not`, async () => {
      for (const query of [
        `sort=${sort}`,
        `sort=-${sort}`,
        `sort=-${sort}&q=p`,
        `sort=${sort}&coverage=assessed,partly-assessed`,
      ]) {
        const whole = await names(query);
        const pages: unknown[] = [];
        for (let skip = 0; skip < whole.length; skip += 2) pages.push(...(await names(`${query}&top=2&skip=${skip}`)));
        assert.deepEqual(pages, whole, query);
        assert.deepEqual(await names(`${query}&skip=${whole.length}`), []);
      }
    });

  it('sorts by what the verdict says', async () => {
    for (const [sort, key] of [
      ['-missing', 'missing'],
      ['-openCves', 'openCves'],
      ['-behind', 'daysBehind'],
    ] as const) {
      const { items } = await get<Page>(`/devices?sort=${sort}`);
      const values = items.map((row) => Number(row[key] ?? -1));
      assert.deepEqual(
        values,
        [...values].sort((a, b) => b - a),
        sort,
      );
    }
  });

  it('tells how far a device is behind: the level of November 2019 and the last one of 1909', async () => {
    const [row] = (await get<Page>('/devices?q=pc-a')).items;
    // KB4524570 (18363.476) is of 2019-11-12; MSRC's document of June 2022 names KB5014701 (18363.2344) as the last.
    assert.deepEqual(
      [row?.['levelOn'], row?.['newestBuild'], row?.['newestKb']],
      ['2019-11-12', '10.0.18363.2344', '5014701'],
    );
    assert.equal(row?.['daysBehind'], 945);
    assert.equal(row['monthsBehind'], 31);
    assert.deepEqual(row['sources'], ['native']);
  });

  const refusals = [
    'top=0',
    'top=1001',
    'top=x',
    'skip=-1',
    'sort=nothing',
    'coverage=all',
    'missing=x',
    'affected=KB4540673',
    'fliter=x',
    'top=1&top=2',
    'clean=maybe',
  ];
  for (const query of refusals)
    it(`refuses ${query}`, async () => {
      const { status, body } = await ask({ url: `/v1/devices?${query}`, token: bearer });
      assert.equal(status, 400, body);
      assert.match(body, /"code":"InvalidInput","message":"[^"]*expected/);
    });
});

describe('the page of one device', () => {
  it('says what to install with what it replaces, and agrees with the assessment', async () => {
    const device = await get('/devices/PC-A');
    const { missing, install } = await get<{
      missing: readonly { kb: string; replacedBy: string | null }[];
      install: readonly string[];
    }>('/devices/pc-a/assessment');
    const toInstall = device['toInstall'] as readonly { readonly kb: string; readonly replaces: readonly string[] }[];
    assert.deepEqual(toInstall.map(({ kb }) => kb).sort(), [...install].sort());
    const named = new Set(toInstall.flatMap(({ kb, replaces }) => [kb, ...replaces]));
    assert.deepEqual([...named].sort(), missing.map(({ kb }) => kb).sort());
    assert.equal(device['missing'], missing.length);
    const history = device['history'] as readonly Row[];
    assert.deepEqual(
      history.map(({ build }) => build),
      ['10.0.18363.476', null],
    );
  });

  it('says why, for an update and for a CVE', async () => {
    const update = await get('/devices/pc-a/why?kb=KB4540673');
    assert.deepEqual([update['verdict'], update['subject']], ['missing', { kb: '4540673' }]);
    assert.ok((update['because'] as readonly string[]).length > 0);
    assert.equal((await get('/devices/pc-a/why?cve=cve-2020-0796'))['verdict'], 'missing');
    assert.equal((await get('/devices/srv-e/why?cve=CVE-2020-0796'))['verdict'], 'not-applicable');
    const statuses = ['', '?kb=1&cve=CVE-2020-0796', '?kb=CVE-2020-0796', '?kb=9999999'].map(
      async (query) => (await ask({ url: `/v1/devices/pc-a/why${query}`, token: bearer })).status,
    );
    assert.deepEqual(await Promise.all(statuses), [400, 400, 400, 404]);
  });
});

describe('GET /v1/overview', () => {
  it('counts every device once, and says beside "nothing missing" how many were judged', async () => {
    const overview = await get<{
      readonly devices: Readonly<Record<string, number>>;
      readonly nothingMissing: Readonly<Record<string, number>>;
      readonly reasons: readonly { readonly reason: string; readonly notAssessed: number }[];
      readonly patchAge: readonly { readonly bucket: string; readonly devices: number }[];
      readonly trend: { readonly since: string; readonly days: readonly Row[] };
    }>('/overview');
    assert.equal(overview.devices['total'], 7);
    assert.equal(overview.devices['notAssessed'], 1);
    assert.equal(overview.nothingMissing['judged'], overview.devices['assessed']);
    assert.ok(overview.reasons.some(({ reason, notAssessed }) => reason === 'unrecognised-build' && notAssessed === 1));
    assert.equal(
      overview.patchAge.reduce((sum, { devices }) => sum + devices, 0),
      7,
    );
    for (const { bucket, devices } of overview.patchAge)
      assert.equal((await get<Page>(`/devices?age=${bucket}`)).total, devices, bucket);
    assert.deepEqual([overview.trend.since, overview.trend.days.length], ['2026-11-23', 1]);
  });

  it('keeps a day, and goes on from there', async () => {
    await application.views.keepDay(new Date('2026-11-22T10:00:00Z'));
    const { trend } = await get<{ readonly trend: { readonly days: readonly Row[] } }>('/overview');
    const [before, today] = trend.days;
    assert.equal(before?.['day'], '2026-11-22');
    assert.deepEqual({ ...before, day: '' }, { ...today, day: '' });
  });
});

describe('updates and CVEs', () => {
  it('list what devices miss, with the devices behind every number', async () => {
    const { items, total } = await get<Page>('/updates?top=1000');
    assert.equal(items.length, total);
    const march = items.find(({ kb }) => kb === '4540673');
    assert.deepEqual(
      [march?.['devicesMissing'], march?.['kind'], march?.['releaseId'], march?.['releasedOn']],
      [2, 'lcu', '2020-Mar', '2020-03-10'],
    );
    assert.equal(march?.['firstMissingOn'], '2026-11-23');
    const counts = items.map(({ devicesMissing }) => Number(devicesMissing));
    assert.deepEqual(
      counts,
      [...counts].sort((a, b) => b - a),
    );
    for (const { kb, devicesToInstall } of (await get<Page>('/updates?install=true')).items) {
      assert.ok(Number(devicesToInstall) > 0);
      const { devices } = await get<{ readonly devices: Readonly<Record<string, number>> }>(`/updates/${String(kb)}`);
      for (const status of ['missing', 'having', 'undetermined'])
        assert.equal(
          (await get<Page>(`/devices?${status}=${String(kb)}`)).total,
          devices[status],
          `${status} ${String(kb)}`,
        );
    }
  });

  it('are found by number, name, product and CVE', async () => {
    const found = async (q: string): Promise<readonly unknown[]> =>
      (await get<Page>(`/updates?top=1000&q=${encodeURIComponent(q)}`)).items.map(({ kb }) => kb);
    for (const q of ['KB4540673', '454067', 'march 2020', 'windows 10', 'CVE-2020-0645'])
      assert.ok((await found(q)).includes('4540673'), q);
    assert.deepEqual(await found('nothing of the kind'), []);
  });

  it('lead from each number of what to install first to as many devices and exploited CVEs', async () => {
    const { topUpdates } = await get<{ readonly topUpdates: Readonly<Record<string, readonly Row[]>> }>('/overview');
    const all = Object.values(topUpdates).flat();
    assert.ok(all.length > 0);
    for (const { kb, devices, exploitedCves } of all) {
      assert.equal((await get<Page>(`/devices?install=${String(kb)}`)).total, devices, String(kb));
      assert.equal((await get<Page>(`/cves?exploited=true&closedBy=KB${String(kb)}`)).total, exploitedCves, String(kb));
    }
    assert.equal((await get<Page>('/cves?closedBy=9999999')).total, 0);
    assert.equal((await ask({ url: '/v1/cves?closedBy=x', token: bearer })).status, 400);
  });

  it('tell of a CVE how many devices are affected, and its rows', async () => {
    const cve = await get<{
      readonly devices: object;
      readonly rows: readonly { readonly kb: string }[];
      readonly rowsTotal: number;
    }>('/cves/CVE-2020-0796');
    assert.deepEqual(cve.devices, { affected: 2, fixed: 0, undetermined: 1 });
    assert.ok(cve.rows.length > 0 && cve.rows.every(({ kb }) => kb === '4551762'));
    const [row] = (await get<Page>('/cves?q=2020-0796')).items;
    assert.deepEqual([row?.['id'], row?.['devices'], row?.['severity']], ['CVE-2020-0796', 2, 'Critical']);
  });
});
