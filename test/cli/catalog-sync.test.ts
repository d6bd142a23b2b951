import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { ScheduledSync } from '../../src/cli/scheduled-sync.ts';
import { madeUpDocument } from '../support/published-documents.ts';
import { Publisher } from '../support/publisher.ts';
import type { Misbehaviour } from '../support/publisher.ts';
import { kbgap, startServer } from '../support/server.ts';
import type { Ran } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const months = ['Apr', 'May', 'Jun'].map((month) => madeUpDocument({ month }));
const later = '2026-07-04T08:00:00';

type Run = (...args: readonly string[]) => Promise<Ran>;

async function fixture(test: Parameters<typeof temporaryFolder>[0]): Promise<{
  readonly publisher: Publisher;
  readonly data: string;
  readonly catalog: Run;
}> {
  const publisher = await Publisher.start(test, months);
  const data = temporaryFolder(test);
  const environment = { KBGAP_MSRC_URL: publisher.url, KBGAP_MSRC_TIMEOUT_SECONDS: '2' };
  return {
    publisher,
    data,
    catalog: (...args) => kbgap(['catalog', ...args, '--data', data], '', environment),
  };
}

async function idOf(catalog: Run): Promise<unknown> {
  return (JSON.parse((await catalog('info', '--json')).stdout) as { readonly id: unknown }).id;
}

describe('kbgap catalog sync', () => {
  it('says what came, in words and in JSON', async (t) => {
    const { catalog, publisher } = await fixture(t);
    const first = await catalog('sync');
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /2026-Jun: new, revised 2026-06-09T07:00:00Z\n/);
    assert.match(first.stdout, /3 documents listed, 3 new or revised, 0 not fetched, 0 quarantined, 3 held/);
    assert.match(first.stderr, /warning: the catalogue is \d+ days old/);
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 11, revisedAt: later }));
    const again = JSON.parse((await catalog('sync', '--json')).stdout) as Record<string, unknown>;
    assert.deepEqual(
      (again['updated'] as readonly { readonly id: string }[]).map(({ id }) => id),
      ['2026-Jun'],
    );
    assert.notEqual(again['catalogueId'], again['previousCatalogueId']);
  });

  const failures: readonly [says: string, what: string, how: Misbehaviour, message: RegExp][] = [
    [
      'a page of a portal for a list',
      'updates',
      { kind: 'content-type', type: 'text/html' },
      /updates: expected the list/,
    ],
    ['404 for a document', '2026-Jun', { kind: 'status', status: 404 }, /not fetched: .*2026-Jun: .* status 404/],
    ['a bomb', '2026-Jun', { kind: 'huge', bytes: 130 * 1024 * 1024 }, /at most 134217728 bytes/],
    ['redirects in a ring', '2026-Jun', { kind: 'redirect-loop' }, /not fetched: .*redirect/],
  ];
  for (const [says, what, how, message] of failures) {
    it(`${says}: exit 2, the catalogue stays`, async (t) => {
      const { publisher, catalog } = await fixture(t);
      await catalog('sync');
      const before = await idOf(catalog);
      publisher.publish(madeUpDocument({ month: 'Jun', cves: 12, revisedAt: later }));
      publisher.misbehave(what, how);
      const { code, stderr } = await catalog('sync');
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.equal(await idOf(catalog), before);
      assert.match((await catalog('info')).stdout, /last sync .*: (?:failed|incomplete): /);
    });
  }

  it('a month that only the starter catalogue has: a bundle goes without its document, and says so', async (t) => {
    const { publisher, catalog, data } = await fixture(t);
    publisher.misbehave('2026-Jun', { kind: 'status', status: 404 });
    assert.equal((await catalog('sync')).code, 2);
    const file = join(data, 'all.kbgap');
    const warning = /warning: .*all\.kbgap: the catalogue has the facts of 1 document .* goes without: 2026-Jun\n/;
    const site = join(data, 'site');
    for (const [command, ...more] of [
      ['export', file, '--quiet', '--data', data],
      ['verify', file, '--data', data],
      ['import', file, '--key', `${file}.pub`, '--data', site],
    ]) {
      const { code, stderr } = await kbgap(['catalog', command ?? '', ...more]);
      assert.equal(code, 0, stderr);
      assert.match(stderr, warning, command);
    }
    const whole = await kbgap(['catalog', 'verify', '--data', site]);
    assert.deepEqual([whole.code, whole.stderr], [0, '']);
  });

  for (const [variable, value] of [
    ['HTTP_PROXY', 'nonsense'],
    ['https_proxy', 'proxy.example:8080'],
    ['HTTPS_PROXY', 'ftp://user:secret@proxy.example'],
  ] as const) {
    it(`a proxy that is none: ${variable} is named, and what was expected`, async (t) => {
      const { data, publisher } = await fixture(t);
      const environment = { KBGAP_MSRC_URL: publisher.url, [variable]: value };
      for (const command of [['sync'], ['refresh', 'CVE-2026-20600'], ['info']]) {
        const { code, stderr } = await kbgap(['catalog', ...command, '--data', data], '', environment);
        assert.equal(code, command[0] === 'info' ? 0 : 2, `${command[0]}: ${stderr}`);
        if (command[0] === 'info') continue;
        assert.match(stderr, new RegExp(`kbgap: ${variable}: expected the address of a proxy such as http://`));
        assert.doesNotMatch(stderr, /secret/);
      }
    });
  }

  it('asks a publisher that wants to be left alone only when that is over, or with --at-once', async (t) => {
    const { publisher, catalog } = await fixture(t);
    publisher.misbehave('updates', { kind: 'status', status: 429, retryAfter: '3600' }, 1);
    assert.equal((await catalog('sync')).code, 2);
    publisher.takeRequests();
    const { code, stderr } = await catalog('sync');
    assert.equal(code, 2);
    assert.match(stderr, /^127\.0\.0\.1:\d+ asked to be left alone until \S+Z; --at-once asks it all the same\n/m);
    assert.match(stderr, /updates: not asked: /);
    assert.deepEqual(publisher.takeRequests(), []);
    assert.equal((await catalog('sync', '--at-once')).code, 0);
  });

  it('names the entries of the list that it left out', async (t) => {
    const { publisher, catalog } = await fixture(t);
    const good = months.map(({ id, currentReleaseAt }) => ({ ID: id, CurrentReleaseDate: currentReleaseAt }));
    const bad = [{ ID: '../2026-Jul', CurrentReleaseDate: later }, { ID: '2026-Jul', CurrentReleaseDate: 'soon' }, 7];
    publisher.useList(Buffer.from(JSON.stringify({ value: [...good, ...bad] })));
    const { code, stdout, stderr } = await catalog('sync');
    assert.equal(code, 0);
    assert.match(stdout, /3 documents listed, 3 new or revised/);
    const named = [...stderr.matchAll(/^left out of the list: expected an entry with ID .*, got (.*)$/gm)];
    assert.deepEqual(
      named.map(([, entry]) => entry),
      bad.map((entry) => JSON.stringify(entry)),
    );
  });

  it('warns where the list is ahead of what is served', async (t) => {
    const { publisher, catalog } = await fixture(t);
    await catalog('sync');
    publisher.publish({ ...madeUpDocument({ month: 'Jun' }), currentReleaseAt: `${later}Z` });
    const { code, stderr } = await catalog('sync', '--quiet');
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^warning: 2026-Jun: the list has a revision of 2026-07-04T08:00:00Z, but the one of 2026-06-09/m,
    );
    assert.match((await catalog('info')).stdout, /^last sync .*: ok: 2026-Jun: the list has /m);
  });

  it('tells a document in quarantine every time, and one that comes again after it was dropped', async (t) => {
    const { publisher, catalog } = await fixture(t);
    await catalog('sync');
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 5, revisedAt: later }));
    for (let time = 1; time <= 3; time += 1) {
      const { code, stdout, stderr } = await catalog('sync');
      assert.equal(code, 0);
      assert.match(stdout, /0 not fetched, 1 quarantined/);
      assert.match(stderr, /quarantined: 2026-Jun: collapsed: /, `sync ${time}`);
    }
    await catalog('quarantine', 'drop', '2026-Jun');
    assert.match((await catalog('sync', '--quiet')).stderr, /2026-Jun: passed over: .* discarded before/);
  });

  it('a damaged catalogue is named with its file, and the next sync or import makes it anew', async (t) => {
    const { catalog, data, publisher } = await fixture(t);
    await catalog('sync');
    const before = await idOf(catalog);
    const files = join(data, 'catalogue');
    const damage = (): void => {
      for (const name of readdirSync(files).filter((each) => each.endsWith('.kbcat')))
        writeFileSync(join(files, name), readFileSync(join(files, name)).subarray(0, 200));
    };
    damage();
    const { code, stderr } = await catalog('info');
    assert.equal(code, 2);
    assert.match(
      stderr,
      /expected the catalogue sha256:\w+ at .*\.kbcat, but .* kbgap catalog sync, or an import, makes it/,
    );
    const synced = await catalog('sync');
    assert.equal(synced.code, 0, synced.stderr);
    assert.match(synced.stderr, /warning: damaged catalogue: .*\.kbcat.*: made anew of 3 documents that were kept/);
    assert.equal(await idOf(catalog), before);

    damage();
    const file = join(data, 'july.xml');
    writeFileSync(file, madeUpDocument({ month: 'Jul' }).xml());
    const imported = await catalog('import', file);
    assert.equal(imported.code, 0, imported.stderr);
    assert.match(imported.stdout, /1 documents imported, .* 4 documents held/);
    assert.equal((await catalog('verify')).code, 0);
    assert.equal(publisher.requests.filter((path) => path.endsWith('2026-Jun')).length, 1, 'not fetched again');
  });

  it('a damaged catalogue of which nothing is kept is made anew by a sync, but not hidden by an import', async (t) => {
    const { catalog, data } = await fixture(t);
    await catalog('sync');
    const file = join(data, 'july.xml');
    writeFileSync(file, madeUpDocument({ month: 'Jul' }).xml());
    const files = join(data, 'catalogue');
    rmSync(join(files, 'documents'), { recursive: true });
    for (const name of readdirSync(files).filter((each) => each.endsWith('.kbcat')))
      writeFileSync(join(files, name), '');
    const refused = await catalog('import', file);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /\.kbcat, but .* no documents are kept .* kbgap catalog sync, or a bundle, brings another/,
    );
    const synced = await catalog('sync');
    assert.equal(synced.code, 0, synced.stderr);
    assert.match(synced.stdout, /3 new or revised/);
    assert.equal((await catalog('verify')).code, 0);
  });

  it('goes on after kill -9', async (t) => {
    const { publisher, data, catalog } = await fixture(t);
    publisher.misbehave('2026-Jun', { kind: 'hang' });
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)), 'catalog', 'sync', '--data', data],
      { stdio: 'ignore', env: { ...process.env, KBGAP_MSRC_URL: publisher.url } },
    );
    const kept = join(data, 'catalogue', 'fetched', 'fetched.jsonl');
    const linesKept = (): number => (existsSync(kept) ? readFileSync(kept, 'utf8').split('\n').length - 1 : 0);
    while (linesKept() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    assert.match((await catalog('info')).stdout, /starter catalogue/);
    publisher.behave();
    publisher.takeRequests();
    const { code, stdout } = await catalog('sync');
    assert.equal(code, 0);
    assert.match(stdout, /3 documents listed, 3 new or revised/);
    assert.ok(!publisher.takeRequests().includes('2026-May'), 'what was fetched is not fetched again');
  });
});

describe('kbgap catalog quarantine', () => {
  it('lists, accepts and drops; info, status and metrics tell', async (t) => {
    const { publisher, data, catalog } = await fixture(t);
    await catalog('sync');
    const before = await idOf(catalog);
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 5, revisedAt: later }));
    publisher.publish(madeUpDocument({ month: 'May', cves: 0, revisedAt: later }));
    const spoilt = await catalog('sync');
    assert.equal(spoilt.code, 0, 'the last good ones serve');
    assert.match(
      spoilt.stderr,
      /quarantined: 2026-Jun: collapsed: expected about as much as is held, got 5 vulnerabilities/,
    );
    assert.equal(await idOf(catalog), before);
    assert.match((await catalog('info')).stdout, /quarantined: 2026-May: empty: /);
    const list = JSON.parse((await catalog('quarantine', 'list', '--json')).stdout) as {
      readonly documents: readonly { readonly id: string; readonly kind: string }[];
    };
    assert.deepEqual(
      list.documents.map(({ id, kind }) => [id, kind]),
      [
        ['2026-Jun', 'collapsed'],
        ['2026-May', 'empty'],
      ],
    );

    const server = await startServer(['serve', '--data', data]);
    const token = (await kbgap(['token', '--data', data])).stdout.trim();
    const status = async (): Promise<Response> =>
      fetch(`${server.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    const first = await status();
    assert.equal(first.headers.get('x-kbgap-catalogue'), 'stale; reason=too-old');
    const body = (await first.json()) as { readonly stale: boolean; readonly quarantined: readonly object[] };
    assert.deepEqual([body.stale, body.quarantined.length], [true, 2]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^kbgap_catalogue_quarantined_documents 2$/m);
    assert.match(metrics, /^kbgap_catalogue_stale 1$/m);

    assert.equal((await catalog('quarantine', 'accept', '2026-jun')).code, 0);
    assert.notEqual(await idOf(catalog), before);
    assert.equal((await catalog('quarantine', 'drop', '2026-May')).code, 0);
    assert.match((await catalog('quarantine', 'list')).stdout, /nothing is in quarantine/);
    assert.equal((await catalog('quarantine', 'drop', '2026-May')).code, 2);
    assert.equal((await catalog('sync')).code, 0);
    assert.match(
      (await catalog('quarantine', 'list')).stdout,
      /nothing is in quarantine/,
      'dropped bytes do not come back',
    );
    const after = (await (await status()).json()) as { readonly quarantined: readonly object[] };
    assert.deepEqual(after.quarantined, []);
    assert.equal(await server.stop(), 0);
  });

  it('an import of an older or collapsed document goes there too, unless it is accepted', async (t) => {
    const { data, catalog } = await fixture(t);
    await catalog('sync');
    const before = await idOf(catalog);
    const file = join(data, 'june.xml');
    writeFileSync(file, madeUpDocument({ month: 'Jun', cves: 9, revisedAt: '2026-06-08T07:00:00' }).xml());
    const refused = await catalog('import', file);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /quarantined: older: .* \(kbgap catalog quarantine accept 2026-Jun\)/);
    assert.equal(await idOf(catalog), before);
    assert.equal((await catalog('import', file, '--seen', '2026-06-08')).code, 0, 'knowledge of then');
    assert.equal(await idOf(catalog), before);
    assert.equal((await catalog('import', file, '--accept')).code, 0);
    assert.notEqual(await idOf(catalog), before);
  });
});

describe('a server that syncs by itself', () => {
  it('syncs on a thread of its own, tells what went wrong, and counts it', async (t) => {
    const { publisher, data } = await fixture(t);
    const lines: Record<string, unknown>[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
    let now = new Date('2026-07-05T12:00:00Z');
    const scheduled = new ScheduledSync({
      dataFolder: data,
      publisher: { baseUrl: publisher.url, http: { userAgent: 'kbgap-test', limits: { attempts: 1 } } },
      schedule: { everyHours: 24, patchTuesdayMinutes: 30 },
      logger,
      now: () => now,
    });
    t.after(() => scheduled.stop());
    const sentences = (): unknown[] => lines.splice(0).map(({ msg }) => msg);
    await scheduled.look();
    assert.deepEqual(sentences(), ['catalogue synced']);
    publisher.takeRequests();

    now = new Date(Date.now() + 1000);
    await scheduled.look();
    assert.deepEqual(publisher.takeRequests(), [], 'not due');

    now = new Date(Date.now() + 25 * 60 * 60 * 1000);
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 2, revisedAt: later }));
    await scheduled.look();
    assert.deepEqual(sentences(), ['document quarantined', 'catalogue synced']);
    await scheduled.look();
    assert.deepEqual(sentences(), ['catalogue synced'], 'one line for each event');

    publisher.misbehave('updates', { kind: 'status', status: 403 });
    await scheduled.look();
    assert.deepEqual(sentences(), ['catalogue not synced']);
    assert.deepEqual(scheduled.counts, { ok: 3, incomplete: 0, failed: 1 });
  });

  it('takes over a catalogue that comes while it serves', async (t) => {
    const { publisher, data, catalog } = await fixture(t);
    await catalog('sync');
    const server = await startServer(['serve', '--data', data]);
    const token = (await kbgap(['token', '--data', data])).stdout.trim();
    const id = async (): Promise<unknown> => {
      const answer = await fetch(`${server.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(answer.status, 200);
      return ((await answer.json()) as { readonly catalogueId: unknown }).catalogueId;
    };
    const before = await id();
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 11, revisedAt: later }));
    await catalog('sync');
    const wanted = await idOf(catalog);
    assert.notEqual(wanted, before);
    while ((await id()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 50));
    await server.stop();
  });
});
