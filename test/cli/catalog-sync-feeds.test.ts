import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { ScheduledFeeds } from '../../src/cli/scheduled-feeds.ts';
import { feedLimits } from '../../src/operations/fetch-feed.ts';
import { pastPatchTuesdays } from '../../src/terms/patch-tuesday.ts';
import { closedOrigin } from '../support/closed-port.ts';
import { csafFile, epssFile, kevFile, releasePage, sugPage } from '../support/feed-files.ts';
import { madeUpDocument } from '../support/published-documents.ts';
import { Publisher } from '../support/publisher.ts';
import type { Misbehaviour } from '../support/publisher.ts';
import { kbgap, startServer } from '../support/server.ts';
import type { Ran } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** All months that a sync would ask for by name, so that it has nothing to ask for. */
function allMonths(): readonly ReturnType<typeof madeUpDocument>[] {
  return pastPatchTuesdays(new Date(), 24).map(({ releaseId }) => {
    const [year = '', month = ''] = releaseId.split('-');
    return madeUpDocument({ month, year: Number(year), cves: 2 });
  });
}

interface Fixture {
  readonly publisher: Publisher;
  readonly data: string;
  readonly environment: Record<string, string>;
  readonly catalog: (...args: readonly string[]) => Promise<Ran>;
}

async function fixture(test: Parameters<typeof temporaryFolder>[0]): Promise<Fixture> {
  const publisher = await Publisher.start(test, allMonths());
  const data = temporaryFolder(test);
  const environment = {
    KBGAP_MSRC_URL: publisher.url,
    KBGAP_MSRC_TIMEOUT_SECONDS: '5',
    KBGAP_FEED_TIMEOUT_SECONDS: '2',
    KBGAP_KEV_URL: publisher.publishFile('kev.json', kevFile('2026-06-29')),
    KBGAP_EPSS_URL: publisher.publishFile('epss.csv.gz', epssFile('2026-06-29')),
    KBGAP_RELEASE_HISTORY_URL: publisher.publishFile('history', releasePage('2026-06-29')),
    KBGAP_LIFECYCLE_URL: 'off', // a test talks to loopback only
  };
  return {
    publisher,
    data,
    environment,
    catalog: (...args) => kbgap(['catalog', ...args, '--data', data], '', environment),
  };
}

interface Feed {
  readonly feed: string;
  readonly state: string;
  readonly date: string | null;
  readonly check: { readonly outcome: string; readonly problem: string | null } | null;
}

async function feedsOf(catalog: Fixture['catalog']): Promise<ReadonlyMap<string, Feed>> {
  const { feeds } = JSON.parse((await catalog('info', '--json')).stdout) as { readonly feeds: readonly Feed[] };
  return new Map(feeds.map((feed) => [feed.feed, feed]));
}

const feedFiles = ['epss.csv.gz', 'history', 'kev.json'];

describe('kbgap catalog sync and feeds', () => {
  it('fetches those that are due beside the documents; at once again that is one request in all', async (t) => {
    const { publisher, catalog } = await fixture(t);
    const { code, stdout, stderr } = await catalog('sync');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^feed cisa-kev of 2026-06-29T14:00:12Z: 10 records \(http:.*kev\.json\)$/m);
    assert.match(stdout, /^feed epss of 2026-06-29: 10 records /m);
    assert.doesNotMatch(stderr, /feed/);
    assert.match(
      (await catalog('info')).stdout,
      /^feed cisa-kev \(.*\): of 2026-06-29T14:00:12Z, 10 records, .*checked 20/m,
    );
    publisher.takeRequests();

    const again = await catalog('sync', '--json');
    assert.deepEqual(publisher.takeRequests(), ['updates']);
    const { requests, feeds } = JSON.parse(again.stdout) as { readonly requests: number; readonly feeds: object[] };
    assert.deepEqual([requests, feeds], [1, []]);

    publisher.publishFile('kev.json', kevFile('2026-06-30', 11));
    const asked = JSON.parse((await catalog('sync', '--feeds', '--json')).stdout) as {
      readonly feeds: readonly Feed[];
    };
    assert.deepEqual(
      asked.feeds.map(({ feed, state, date }) => `${feed} ${state} ${date}`),
      ['cisa-kev kept 2026-06-30T14:00:12Z', 'epss not-modified 2026-06-29', 'release-history not-modified 2026-06-29'],
    );
    assert.deepEqual(publisher.takeRequests(), [...feedFiles, 'updates']);
  });

  it('leaves one alone whose publisher asks for that, though all are asked, and says so; --at-once does not', async (t) => {
    const { publisher, catalog } = await fixture(t);
    publisher.misbehave('kev.json', { kind: 'status', status: 429, retryAfter: '3600' }, 1);
    assert.match((await catalog('sync')).stderr, /^feed not fetched: .*kev\.json: .* status 429/m);
    publisher.takeRequests();

    const held = await catalog('sync', '--feeds', '--quiet');
    assert.equal(held.code, 0);
    const told =
      /^feed not asked: cisa-kev: 127\.0\.0\.1:\d+ asked to be left alone until \S+Z; --at-once asks it all the same$/gm;
    assert.equal(held.stderr.match(told)?.length, 1, held.stderr);
    assert.deepEqual(publisher.takeRequests(), ['epss.csv.gz', 'history', 'updates']);
    assert.equal((await feedsOf(catalog)).get('cisa-kev')?.state, 'absent');

    const plain = await catalog('sync');
    assert.doesNotMatch(plain.stderr, /feed not/);
    assert.deepEqual(publisher.takeRequests(), ['updates']);

    assert.match((await catalog('sync', '--at-once')).stdout, /^feed cisa-kev of 2026-06-29/m);
    assert.deepEqual(publisher.takeRequests(), ['kev.json', 'updates']);
  });

  it('leaves them alone where it is told to, or documents come from a mirror', async (t) => {
    const { publisher, data, environment } = await fixture(t);
    const { KBGAP_MSRC_URL } = environment;
    const ways: readonly [args: readonly string[], environment: Record<string, string>][] = [
      [['--no-feeds'], environment],
      [[], { ...environment, KBGAP_SYNC_FEEDS: 'no' }],
      [[], { KBGAP_MSRC_URL: KBGAP_MSRC_URL ?? '' }],
      [[], { ...environment, KBGAP_KEV_URL: 'off', KBGAP_EPSS_URL: 'off', KBGAP_RELEASE_HISTORY_URL: 'off' }],
    ];
    for (const [args, settings] of ways) {
      const { code, stderr } = await kbgap(['catalog', 'sync', '--data', data, ...args], '', settings);
      assert.equal(code, 0);
      assert.doesNotMatch(stderr, /feed/);
      const info = await kbgap(['catalog', 'info', '--json', '--data', data]);
      const { feeds } = JSON.parse(info.stdout) as { readonly feeds: readonly Feed[] };
      assert.ok(feeds.every(({ state, check }) => state === 'absent' && check === null));
    }
    const asked = publisher.takeRequests();
    assert.ok(!feedFiles.some((name) => asked.includes(name)));
  });

  const failures: readonly [says: string, how: Misbehaviour | 'older' | 'away', outcome: string, reason: RegExp][] = [
    ['500', { kind: 'status', status: 500 }, 'failed', /got status 500/],
    ['429 for an hour', { kind: 'status', status: 429, retryAfter: '3600' }, 'failed', /got status 429/],
    ['a body that is cut', { kind: 'cut' }, 'failed', /kev\.json: /],
    ['half of it', { kind: 'truncated' }, 'refused', /no JSON/],
    ['a page to sign in at', { kind: 'content-type', type: 'text/html' }, 'refused', /expected a first line/],
    ['nothing', { kind: 'empty' }, 'refused', /kev\.json: /],
    ['a bomb', { kind: 'huge', bytes: 70 * 1024 * 1024 }, 'failed', /at most 67108864 bytes/],
    ['redirects in a ring', { kind: 'redirect-loop' }, 'failed', /redirect/],
    ['no answer', { kind: 'hang' }, 'failed', /within 2 s/],
    ['an older list', 'older', 'refused', /of 2026-06-01T14:00:12Z, the held one of 2026-06-29T14:00:12Z stays/],
    ['a closed port', 'away', 'failed', /ECONNREFUSED/],
  ];
  it('whatever goes wrong with one is told, and is no failure: the last good one stays, the others come', async (t) => {
    const { publisher, data, environment, catalog } = await fixture(t);
    await catalog('sync', '--quiet');
    for (const [index, [says, how, outcome, reason]] of failures.entries()) {
      publisher.publish(madeUpDocument({ month: 'Jun', cves: 3 + index, revisedAt: `2026-07-04T08:00:${10 + index}` }));
      publisher.publishFile('epss.csv.gz', epssFile(`2026-07-${10 + index}`));
      publisher.publishFile('kev.json', kevFile(how === 'older' ? '2026-06-01' : '2026-06-29'));
      publisher.behave();
      if (typeof how !== 'string') publisher.misbehave('kev.json', how);
      const away = how === 'away' ? { KBGAP_KEV_URL: `${await closedOrigin()}/kev.json` } : {};
      const command = ['catalog', 'sync', '--feeds', '--at-once', '--data', data];
      const ran = await kbgap(command, '', { ...environment, ...away });
      assert.equal(ran.code, 0, `${says}: ${ran.stderr}`);
      assert.match(ran.stdout, /^2026-Jun: (?:new, )?revised 2026-07-04/m, says);
      assert.match(ran.stdout, /^feed epss of 2026-07-/m, says);
      assert.match(ran.stderr, /^feed not fetched: http:.*kev\.json: /m, says);
      assert.match(ran.stderr, reason, says);
      const kev = (await feedsOf(catalog)).get('cisa-kev');
      assert.deepEqual([kev?.state, kev?.date, kev?.check?.outcome], ['held', '2026-06-29T14:00:12Z', outcome], says);
      assert.match(kev?.check?.problem ?? '', reason, says);
    }
  });

  it('after a failure leaves one alone for an hour', async (t) => {
    const { publisher, catalog } = await fixture(t);
    publisher.misbehave('kev.json', { kind: 'status', status: 404 });
    assert.match((await catalog('sync')).stderr, /^feed not fetched: /m);
    publisher.takeRequests();
    assert.doesNotMatch((await catalog('sync')).stderr, /feed not fetched/);
    assert.deepEqual(publisher.takeRequests(), ['updates']);
  });

  it('come though documents do not: the list fails, the exit code is 2', async (t) => {
    const { publisher, catalog } = await fixture(t);
    publisher.misbehave('updates', { kind: 'status', status: 403 });
    const { code, stderr } = await catalog('sync');
    assert.equal(code, 2);
    assert.match(stderr, /updates: expected the list of documents, got status 403/);
    const feeds = await feedsOf(catalog);
    assert.deepEqual([feeds.get('cisa-kev')?.state, feeds.get('epss')?.state], ['held', 'held']);
  });

  it('what one CVE is told anew was asked for before', async (t) => {
    const { publisher, data, environment } = await fixture(t);
    const settings = {
      ...environment,
      KBGAP_CSAF_URL: `${publisher.origin}/feeds/{year}/{cve}.json`,
      KBGAP_SUG_URL: `${publisher.origin}/feeds/affectedProduct?{CVE}`,
    };
    publisher.publishFile('2026/cve-2026-20600.json', csafFile('CVE-2026-20600', '2026-06-29'));
    publisher.publishFile('affectedProduct?CVE-2026-20600', sugPage(['CVE-2026-20600'], 'affectedProduct?next'));
    publisher.publishFile('affectedProduct?next', sugPage([]));
    const run = (...args: readonly string[]): Promise<Ran> => kbgap(['catalog', ...args, '--data', data], '', settings);
    const refreshed = await run('refresh', 'CVE-2026-20600');
    assert.equal(refreshed.code, 0, refreshed.stderr);
    assert.match(refreshed.stdout, /^csaf: kept .*\nmsrc-sug: kept /);
    const asked = ['affectedProduct?CVE-2026-20600', 'affectedProduct?next', 'cve-2026-20600.json'];
    assert.deepEqual(publisher.takeRequests(), asked);
    await run('sync', '--no-feeds');
    publisher.takeRequests();
    await run('sync');
    assert.deepEqual(publisher.takeRequests(), [...feedFiles, 'updates'], 'not due');
    await run('sync', '--feeds');
    assert.deepEqual(publisher.takeRequests(), [...asked, ...feedFiles, 'updates'].sort());
  });
});

describe('what MSRC says of one CVE now', () => {
  it('is not asked of a host that wants to be left alone, at whatever address it said so; --at-once asks', async (t) => {
    const { publisher, data, environment } = await fixture(t);
    const settings = {
      ...environment,
      KBGAP_CSAF_URL: `${publisher.origin}/feeds/{year}/{cve}.json`,
      KBGAP_SUG_URL: 'off',
    };
    const run = (...args: readonly string[]): Promise<Ran> =>
      kbgap(['catalog', 'refresh', ...args, '--data', data], '', settings);
    publisher.publishFile('2026/cve-2026-20600.json', csafFile('CVE-2026-20600', '2026-06-29'));
    publisher.misbehave('cve-2026-20601.json', { kind: 'status', status: 429, retryAfter: '3600' });
    assert.equal((await run('CVE-2026-20601')).code, 2);
    publisher.takeRequests();

    const held = await run('CVE-2026-20600', '--quiet');
    assert.equal(held.code, 2);
    assert.match(held.stderr, /^feed not asked: csaf: 127\.0\.0\.1:\d+ asked to be left alone until \S+Z; --at-once /);
    assert.deepEqual(publisher.takeRequests(), []);

    assert.equal((await run('CVE-2026-20600', '--at-once')).code, 0);
    assert.deepEqual(publisher.takeRequests(), ['cve-2026-20600.json']);

    // Once it says that it has none, that is the end of it.
    publisher.behave();
    assert.equal((await run('CVE-2026-20601', '--at-once')).code, 2);
    assert.equal((await run('CVE-2026-20600')).code, 0);
    publisher.takeRequests();
    await kbgap(['catalog', 'sync', '--feeds', '--data', data], '', settings);
    assert.ok(!publisher.takeRequests().includes('cve-2026-20601.json'));
  });
});

describe('a server and its feeds', () => {
  it('tells of them in its status and metrics', async (t) => {
    const { publisher, data, catalog } = await fixture(t);
    await catalog('sync');
    publisher.misbehave('kev.json', { kind: 'status', status: 503 });
    await catalog('sync', '--feeds');
    const server = await startServer(['serve', '--data', data]);
    const token = (await kbgap(['token', '--data', data])).stdout.trim();
    const answer = await fetch(`${server.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    const { feeds } = (await answer.json()) as { readonly feeds: readonly Feed[] };
    const [kev, epss] = feeds;
    assert.deepEqual([kev?.state, kev?.check?.outcome, epss?.check?.outcome], ['held', 'failed', 'ok']);
    assert.match(kev?.check?.problem ?? '', /status 503/);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^kbgap_feed_failing\{feed="cisa-kev"\} 1$/m);
    assert.match(metrics, /^kbgap_feed_failing\{feed="epss"\} 0$/m);
    assert.match(metrics, /^kbgap_feed_records\{feed="cisa-kev"\} 10$/m);
    assert.match(metrics, /^kbgap_feed_date_timestamp_seconds\{feed="epss"\} 1782691200$/m);
    assert.match(metrics, /^kbgap_feed_last_success_timestamp_seconds\{feed="cisa-kev"\} 1\d{9}/m);
    assert.doesNotMatch(metrics, /kbgap_feed_\w+\{feed="csaf"\}/);

    const file = join(data, 'feeds', 'epss.kbfeed');
    writeFileSync(file, readFileSync(file).subarray(0, -4));
    rmSync(join(data, 'catalogue', 'feed-checks.json')); // as in a folder that never asked
    assert.equal((await feedsOf(catalog)).get('epss')?.state, 'unreadable');
    const damaged = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(damaged, /^kbgap_feed_failing\{feed="epss"\} 1$/m);
    assert.match((await catalog('sync')).stdout, /^feed epss of 2026-06-29/m);
    assert.equal((await feedsOf(catalog)).get('epss')?.state, 'held');
    assert.equal(await server.stop(), 0);
  });

  it('fetches them when they are due, on a thread of its own, and logs each event once', async (t) => {
    const { publisher, data, environment } = await fixture(t);
    const lines: Record<string, unknown>[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
    const sentences = (): unknown[] => lines.splice(0).map(({ feed, msg }) => `${String(feed)}: ${String(msg)}`);
    let now = new Date();
    const scheduled = new ScheduledFeeds({
      dataFolder: data,
      publishers: {
        feeds: [
          { feed: 'cisa-kev', urls: [environment['KBGAP_KEV_URL'] ?? ''] },
          { feed: 'epss', urls: [environment['KBGAP_EPSS_URL'] ?? ''] },
        ],
        http: { userAgent: 'kbgap-test', limits: { ...feedLimits(2000), attempts: 1 } },
      },
      logger,
      now: () => now,
    });
    t.after(() => scheduled.stop());
    const hours = (count: number): void => void (now = new Date(now.getTime() + count * 3_600_000));
    await scheduled.look();
    assert.deepEqual(sentences(), ['cisa-kev: feed fetched', 'epss: feed fetched']);
    publisher.takeRequests();
    await scheduled.look();
    assert.deepEqual(publisher.takeRequests(), [], 'not due');

    hours(7);
    publisher.misbehave('kev.json', { kind: 'status', status: 503 });
    await scheduled.look();
    assert.deepEqual(publisher.takeRequests(), ['kev.json'], 'scores come once a day');
    assert.deepEqual(sentences(), ['cisa-kev: feed not fetched']);
    hours(2);
    await scheduled.look();
    assert.deepEqual([publisher.takeRequests(), sentences()], [['kev.json'], []]);
    publisher.behave();
    hours(2);
    await scheduled.look();
    assert.deepEqual(sentences(), ['cisa-kev: feed fetched'], 'well again');
  });
});
