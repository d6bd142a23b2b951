import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { kbgap, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function native(os: object, more: object = {}): string {
  return JSON.stringify({ schema: 'kbgap-inventory/1', device: { name: 'HOST1' }, os, ...more });
}

const client = { name: 'Windows 11 Pro', architecture: 'x64', installationType: 'Client' };

describe('kbgap assess', () => {
  const cases: readonly [says: string, input: string, args: readonly string[], code: number][] = [
    ['a patched device', native({ ...client, build: '10.0.26200.8655' }), ['--as-of', '2026-06-30'], 0],
    ['a device that lacks an update', native({ ...client, build: '10.0.26100.8000' }), ['--as-of', '2026-06-30'], 1],
    ['a device that nobody can judge', native({ ...client, build: '10.0.22621' }), [], 3],
    [
      'a missing update, but only undetermined counts',
      native({ ...client, build: '10.0.26100.8000' }),
      ['--as-of', '2026-06-30', '--fail-on', 'undetermined'],
      0,
    ],
    [
      'critical counts: the missing update fixes a Critical CVE',
      native({ ...client, build: '10.0.26100.8000' }),
      ['--as-of', '2026-06-30', '--fail-on', 'critical'],
      1,
    ],
    [
      'exploited counts, but there is no feed that says so',
      native({ ...client, build: '10.0.26200.8655' }),
      ['--as-of', '2026-06-30', '--fail-on', 'kev'],
      3,
    ],
    ['text that is no inventory', 'hello', [], 2],
    ['a date that is none', native({ ...client, build: '10.0.26200.8655' }), ['--as-of', '2026-02-30'], 2],
    ['a class that is none', native({ ...client, build: '10.0.26200.8655' }), ['--fail-on', 'everything'], 2],
    ['an option that is none', native({ ...client, build: '10.0.26200.8655' }), ['--jsn'], 2],
  ];
  for (const [says, input, args, code] of cases) {
    it(`${says}: exit ${code}`, async () => assert.equal((await kbgap(['assess', '-', ...args], input)).code, code));
  }

  it('says in JSON by which catalogue, and whether that is stale', async () => {
    const { stdout } = await kbgap(['assess', '-', '--json'], native({ ...client, build: '10.0.26200.8655' }));
    const { catalogue } = JSON.parse(stdout) as { readonly catalogue: object };
    assert.deepEqual(Object.keys(catalogue), ['id', 'ruleSet', 'newestRelease', 'currentTo', 'stale', 'staleReason']);
  });

  it('with a KEV feed in the data folder: exit 1 where a missing update fixes one of its CVEs, else 0', async (t) => {
    const folder = temporaryFolder(t);
    const kev = join(folder, 'kev.json');
    const vulnerabilities = [{ cveID: 'CVE-2026-33824', dateAdded: '2026-04-20', dueDate: '2026-05-11' }];
    writeFileSync(kev, JSON.stringify({ catalogVersion: '2026.07.01', vulnerabilities }));
    const data = join(folder, 'data');
    assert.equal((await kbgap(['catalog', 'import', kev, '--data', data])).code, 0);
    const run = (build: string): ReturnType<typeof kbgap> =>
      kbgap(['assess', '-', '--data', data, '--as-of', '2026-06-30', '--fail-on', 'kev'], native({ ...client, build }));
    const lacking = await run('10.0.26100.8000');
    assert.equal(lacking.code, 1);
    assert.match(lacking.stdout, /exploited by CISA's list: CVE-2026-33824, due 2026-05-11/);
    assert.equal((await run('10.0.26100.8655')).code, 0);
  });

  it('says nothing of what is missing where it could not judge', async () => {
    const { stdout } = await kbgap(['assess', '-', '--json'], native({ ...client, build: '10.0.22621' }));
    const document = JSON.parse(stdout) as { readonly devices: readonly Record<string, unknown>[] };
    const [device] = document.devices;
    assert.deepEqual([device?.['coverage'], device?.['missing'], device?.['install']], ['not-assessed', [], []]);
  });

  it('has the keys of the assessment document, in their order', async () => {
    const { stdout } = await kbgap(
      ['assess', '-', '--json', '--as-of', '2026-06-30'],
      native({ ...client, build: '10.0.26100.8000' }),
    );
    const document = JSON.parse(stdout) as Record<string, unknown> & {
      readonly devices: readonly (Record<string, unknown> & { readonly missing: readonly object[] })[];
    };
    assert.deepEqual(Object.keys(document), ['schema', 'catalogue', 'asOf', 'devices']);
    const [device] = document.devices;
    assert.deepEqual(Object.keys(device ?? {}), [
      'source',
      'name',
      'os',
      'coverage',
      'undetermined',
      'install',
      'missing',
      'openCves',
      'installedRebootNeeded',
      'lifecycle',
    ]);
    assert.deepEqual(Object.keys(device?.missing[0] ?? {}), [
      'kb',
      'name',
      'kind',
      'releaseId',
      'osBuild',
      'productsNames',
      'url',
      'cveAddressed',
      'replacedBy',
      'cves',
      'exploited',
      'kev',
      'epss',
      'severity',
      'cvss',
      'msrcExploited',
      'restartRequired',
      'knownIssues',
      'releaseType',
    ]);
    assert.deepEqual(device?.['install'], ['5094126']);
  });

  it('goes on past an unreadable file and names it: exit 2', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'good.json'), native({ ...client, build: '10.0.26200.8655' }));
    writeFileSync(join(folder, 'bad.txt'), 'hello');
    const { code, stdout, stderr } = await kbgap([
      'assess',
      join(folder, 'bad.txt'),
      join(folder, 'good.json'),
      join(folder, 'none.txt'),
      '--jsonl',
    ]);
    assert.equal(code, 2);
    assert.equal(stdout.trim().split('\n').length, 1);
    assert.match(stderr, /bad\.txt: expected a report of a known format/);
    assert.match(stderr, /none\.txt/);
  });

  it('lists every month, or with --missing-kbs latest what is to be installed', async () => {
    const input = native({
      name: 'Windows Server 2016 Standard',
      build: '10.0.14393.8957',
      installationType: 'Server',
    });
    const kbs = async (list: string): Promise<readonly string[]> => {
      const { stdout } = await kbgap(['assess', '-', '--jsonl', '--as-of', '2026-06-30', '--missing-kbs', list], input);
      return (JSON.parse(stdout) as { readonly missing: readonly { readonly kb: string }[] }).missing.map(
        ({ kb }) => kb,
      );
    };
    assert.deepEqual(await kbs('all'), ['5094122', '5087537', '5082198']);
    assert.deepEqual(await kbs('latest'), ['5094122']);
  });
});

describe('kbgap explain', () => {
  const host = native({ ...client, build: '10.0.26100.8000' });
  const cases: readonly [subject: string, verdict: string][] = [
    ['KB5094126', 'missing'],
    ['5074109', 'remediated'],
    ['KB5094125', 'not-applicable'],
    ['KB4013429', 'not-applicable'],
    ['CVE-2017-0144', 'not-applicable'],
  ];
  for (const [subject, verdict] of cases) {
    it(`${subject} is ${verdict}, with its reasons`, async () => {
      const { code, stdout } = await kbgap(['explain', '-', subject, '--json', '--as-of', '2026-06-30'], host);
      assert.equal(code, 0);
      const evidence = JSON.parse(stdout) as {
        readonly verdict: string;
        readonly because: readonly string[];
        readonly wouldFlip: readonly string[];
      };
      assert.equal(evidence.verdict, verdict);
      assert.ok(evidence.because.length > 0 && evidence.wouldFlip.length > 0);
    });
  }
  it('refuses what is neither KB nor CVE', async () =>
    assert.equal((await kbgap(['explain', '-', 'MS17-010'], host)).code, 2));
});

describe('kbgap device and client', () => {
  it('imports, lists, shows and deletes', async (t) => {
    const data = join(temporaryFolder(t), 'data');
    const reports = temporaryFolder(t);
    mkdirSync(join(reports, 'deeper'));
    writeFileSync(join(reports, 'deeper', 'one.json'), native({ ...client, build: '10.0.26100.8000' }));
    assert.equal((await kbgap(['device', 'import', reports, '--data', data])).code, 0);
    const list = JSON.parse((await kbgap(['device', 'list', '--data', data, '--json'])).stdout) as readonly {
      readonly id: string;
      readonly name: string;
    }[];
    assert.deepEqual(
      list.map(({ name }) => name),
      ['HOST1'],
    );
    const shown = JSON.parse((await kbgap(['device', 'show', 'host1', '--data', data, '--json'])).stdout) as {
      readonly deviceId: string;
    };
    assert.equal(shown.deviceId, list[0]?.id);
    const explained = await kbgap(['explain', '--device', 'HOST1', 'KB5094126', '--data', data]);
    assert.match(explained.stdout, /^KB5094126: missing/);
    assert.equal((await kbgap(['device', 'delete', 'HOST1', '--data', data])).code, 0);
    const gone = await kbgap(['device', 'show', 'HOST1', '--data', data]);
    assert.equal(gone.code, 2);
    assert.match(gone.stderr, /HOST1/);
  });

  it('a client gets a token by both routes, and none after it is revoked', async (t) => {
    const data = temporaryFolder(t);
    const server = await startServer(['serve', '--data', data]);
    t.after(() => server.stop());
    const made = JSON.parse((await kbgap(['client', 'create', 'siem', '--data', data, '--json'])).stdout) as Record<
      'tenantId' | 'clientId' | 'clientSecret',
      string
    >;
    const ask = (path: string, more: Record<string, string>): Promise<Response> =>
      fetch(`${server.url}/${made.tenantId}/${path}`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: made.clientId,
          client_secret: made.clientSecret,
          ...more,
        }),
      });
    const v1 = await ask('oauth2/token', { resource: 'https://api.securitycenter.windows.com' });
    const v2 = await ask('oauth2/v2.0/token?client-request-id=1', {
      scope: `${server.url}/.default`,
      'x-client-SKU': 'test',
    });
    assert.deepEqual([v1.status, v2.status], [200, 200]);
    const { access_token: token, token_type: type } = (await v2.json()) as Record<string, string>;
    assert.equal(type, 'Bearer');
    const machines = (): Promise<Response> =>
      fetch(`${server.url}/api/machines`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal((await machines()).status, 200);
    const denied = await fetch(`${server.url}/v1/reports`, {
      method: 'POST',
      body: 'x',
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(denied.status, 403);
    assert.match(await denied.text(), /API required roles: Report\.Write\.All, application roles: /);
    assert.equal((await kbgap(['client', 'revoke', made.clientId, '--data', data])).code, 0);
    for (let waited = 0; waited < 50 && (await machines()).status !== 401; waited += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal((await machines()).status, 401);
    assert.equal((await ask('oauth2/token', { resource: 'https://api.securitycenter.windows.com' })).status, 401);
  });
});

describe('kbgap demo', () => {
  it('prints an address that answers, a token and a curl line', async (t) => {
    const demo = await startServer(['demo']);
    t.after(() => demo.stop());
    const page = await fetch(demo.url);
    assert.match(await page.text(), /getmissingkbs/);
    const url = /http:\S+getmissingkbs/.exec(demo.line['curl'] ?? '')?.[0] ?? '';
    const answer = await fetch(url, { headers: { authorization: `Bearer ${demo.line['token']}` } });
    assert.equal(answer.status, 200);
    assert.ok(((await answer.json()) as { readonly value: readonly unknown[] }).value.length > 0);
    assert.equal(await demo.stop(), 0);
  });
});

describe('a date that is none', () => {
  const wrong: readonly [args: readonly string[], option: string, text: string, expected: RegExp][] = [
    [['assess', '-', '--as-of', '2020-02-30'], '--as-of', '2020-02-30', /date such as/],
    [['explain', '-', 'KB5034122', '--as-of', 'bad'], '--as-of', 'bad', /date such as/],
    [['catalog', 'import', '.', '--seen', 'yesterday'], '--seen', 'yesterday', /date such as/],
    [['catalog', 'import', '.', '--seen', '2999-01-01'], '--seen', '2999-01-01', /up to today/],
  ];
  for (const [args, option, text, expected] of wrong) {
    it(`kbgap ${args.join(' ')}: names the option, what was expected and what came`, async () => {
      const { code, stdout, stderr } = await kbgap(args, '{}');
      assert.deepEqual([code, stdout], [2, '']);
      for (const part of [option, text]) assert.ok(stderr.includes(part), stderr);
      assert.match(stderr, expected);
    });
  }
});
