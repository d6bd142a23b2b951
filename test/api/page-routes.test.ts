import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { issueToken } from '../../src/api/auth/issue-token.ts';
import { allRoles } from '../../src/operations/roles.ts';
import type { Tenant } from '../../src/store/store.ts';
import { openApiServer, reportDevice } from '../support/api-server.ts';
import { needsShared, sharedPath } from '../support/shared.ts';

const { server, application, tenant, clock } = openApiServer();
for (const name of ['Berlin-PC1', 'berlin-pc2', 'paris-srv1', 'pc-berlin'])
  await reportDevice(application, tenant, name);

const clientId = '5b0d8a3c-2f4e-4c1b-9a77-1f2e3d4c5b6a';

async function tokenOf(of: Tenant, id: string, roles: readonly string[]): Promise<string> {
  return issueToken({
    application,
    tenant: of,
    clientId: id,
    roles,
    audience: 'https://api.securitycenter.microsoft.com',
    issuer: 'http://localhost',
    now: clock.now,
  });
}

interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly payload?: string | Buffer;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const operator = await tokenOf(tenant, '00000000-0000-4000-8000-6b6267617000', allRoles);

async function ask<Answer>(url: string, { method = 'GET', payload, token = operator, headers = {} }: Question = {}) {
  const answer = await server.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json() as Answer, text: answer.body };
}

interface Found {
  readonly devices: readonly { readonly name: string; readonly missing: number }[];
  readonly updates: readonly { readonly kb: string; readonly devices: number }[];
  readonly cves: readonly { readonly id: string; readonly devices: number }[];
  readonly products: readonly { readonly id: string; readonly devices: number }[];
}

describe('GET /v1/search', () => {
  it('finds devices by the beginning of a name first, then by a part, in any case', async () => {
    const { body } = await ask<Found>('/v1/search?q=BERLIN');
    assert.deepEqual(
      body.devices.map(({ name }) => name),
      ['Berlin-PC1', 'berlin-pc2', 'pc-berlin'],
    );
    assert.ok(body.devices.every(({ missing }) => missing > 0));
  });

  it('finds updates by number and name, those that most devices miss first', async () => {
    const exposure = await ask<{ readonly kbs: readonly { readonly kb: string }[] }>('/v1/exposure');
    const kb = exposure.body.kbs[0]?.kb ?? '';
    for (const q of [kb, `KB${kb}`, `kb ${kb}`, kb.slice(0, 4)]) {
      const { body } = await ask<Found>(`/v1/search?q=${encodeURIComponent(q)}`);
      assert.ok(
        body.updates.some((each) => each.kb === kb && each.devices === 4),
        q,
      );
      assert.ok(body.updates.length <= 8);
    }
    const named = await ask<Found>('/v1/search?q=june%202026');
    assert.ok(named.body.updates.length > 0);
  });

  it('finds CVEs by id and part of it, also one that no device is open to', async () => {
    const exposure = await ask<{ readonly cves: readonly { readonly cve: string }[] }>('/v1/exposure');
    const cve = exposure.body.cves[0]?.cve ?? '';
    for (const q of [cve, cve.toLowerCase(), cve.slice(4), cve.slice(4, 11)])
      assert.ok(
        (await ask<Found>(`/v1/search?q=${q}`)).body.cves.some(({ devices }) => devices === 4),
        q,
      );
    assert.deepEqual(
      (await ask<Found>('/v1/search?q=CVE-2020-0645')).body.cves.map(({ id, devices }) => [id, devices]),
      [['CVE-2020-0645', 0]],
    );
  });

  it('finds products that devices have', async () => {
    const { body } = await ask<Found>('/v1/search?q=windows');
    assert.deepEqual(body.products[0], { id: 'microsoft-_-windows_11', name: 'windows_11', devices: 4 });
  });

  it('finds nothing of others, nothing for nonsense, and refuses what is too short or long', async () => {
    const other = await application.createTenant('other');
    await reportDevice(application, other, 'berlin-of-others');
    assert.doesNotMatch((await ask('/v1/search?q=berlin')).text, /of-others/);
    for (const q of ['%00%00', "''; --", '%25%25', '__', '🦊🦊']) {
      const { status, body } = await ask<Found>(`/v1/search?q=${encodeURIComponent(q)}`);
      assert.equal(status, 200);
      assert.deepEqual(body.devices, [], q);
    }
    for (const query of ['', '?q=', '?q=a', `?q=${'x'.repeat(101)}`, '?q=aa&q=bb'])
      assert.equal((await ask(`/v1/search${query}`)).status, 400, query);
  });
});

interface Preview {
  readonly reports: number;
  readonly hosts: readonly Readonly<Record<string, unknown>>[];
  readonly hostsTotal: number;
  readonly refused: readonly { readonly file: string; readonly code: string }[];
  readonly refusedTotal: number;
}

const systeminfo = (name: string): Buffer =>
  Buffer.from(
    [
      '',
      `Host Name:                 ${name}`,
      'OS Name:                   Microsoft Windows 10 Enterprise',
      'OS Version:                10.0.18363 N/A Build 18363',
      'System Type:               x64-based PC',
      'Hotfix(s):                 1 Hotfix(s) Installed.',
      '                           [01]: KB4532693',
      '',
    ].join('\r\n'),
  );

describe('POST /v1/import', () => {
  const archive = Buffer.from(
    zipSync({ 'a.txt': systeminfo('NEW-1'), 'b/c.txt': systeminfo('Berlin-PC1'), 'x.bin': new Uint8Array(64).fill(7) }),
  );

  it('shows first what would be stored, and stores nothing', async () => {
    const before = (await ask<{ readonly devices: { readonly total: number } }>('/v1/status')).body.devices.total;
    const { status, body } = await ask<Preview>('/v1/import/preview?fileName=hosts.zip', {
      method: 'POST',
      payload: archive,
    });
    assert.equal(status, 200);
    assert.deepEqual([body.reports, body.hostsTotal, body.refusedTotal], [2, 2, 1]);
    const [first, second] = body.hosts;
    assert.deepEqual(
      [first?.['file'], first?.['format'], first?.['confidence'], first?.['name'], first?.['known'], first?.['build']],
      ['hosts.zip!/a.txt', 'systeminfo', 'B', 'NEW-1', false, '10.0.18363'],
    );
    assert.deepEqual([first?.['updates'], first?.['os']], [1, 'Microsoft Windows 10 Enterprise']);
    assert.ok(Number(first?.['missing']) > 0);
    assert.deepEqual([second?.['name'], second?.['known']], ['Berlin-PC1', true]);
    assert.equal(body.refused[0]?.file, 'hosts.zip!/x.bin');
    const after = (await ask<{ readonly devices: { readonly total: number } }>('/v1/status')).body.devices.total;
    assert.equal(after, before);
    assert.equal((await ask('/api/machines/NEW-1')).status, 404);
  });

  it('stores every device, with the verdict that the preview showed', async () => {
    const preview = await ask<Preview>('/v1/import/preview?fileName=a.txt', {
      method: 'POST',
      payload: systeminfo('NEW-2'),
    });
    const { status, body } = await ask<Preview>('/v1/import?fileName=a.txt', {
      method: 'POST',
      payload: gzipSync(systeminfo('NEW-2')),
      headers: { 'content-encoding': 'gzip' },
    });
    assert.equal(status, 200);
    assert.deepEqual([body.reports, body.hostsTotal, body.refusedTotal], [1, 1, 0]);
    for (const key of ['name', 'coverage', 'missing', 'install'])
      assert.deepEqual(body.hosts[0]?.[key], preview.body.hosts[0]?.[key], key);
    assert.equal((await ask('/api/machines/NEW-2')).status, 200);
    const many = await ask<Preview>('/v1/import?fileName=hosts.zip', { method: 'POST', payload: archive });
    assert.deepEqual([many.body.hostsTotal, many.body.refusedTotal], [2, 1]);
  });

  it('names a device that does not tell its own, and refuses what nobody can read', async () => {
    const list = 'HotFixID  \r\nKB5034122 \r\n';
    const anonymous = await ask<Preview>('/v1/import?fileName=qfe.txt', { method: 'POST', payload: list });
    assert.deepEqual([anonymous.body.hostsTotal, anonymous.body.refusedTotal], [0, 1]);
    const named = await ask<Preview>('/v1/import?fileName=qfe.txt&name=NEW-3', { method: 'POST', payload: list });
    assert.deepEqual([named.body.hosts[0]?.['name'], named.body.hosts[0]?.['coverage']], ['NEW-3', 'not-assessed']);
    for (const payload of ['nonsense', Buffer.from([0x1f, 0x8b, 1, 2, 3]), Buffer.alloc(100)]) {
      const { status, body } = await ask<Preview>('/v1/import/preview', { method: 'POST', payload });
      assert.equal(status, 200);
      assert.deepEqual([body.hostsTotal, body.refusedTotal], [0, 1]);
    }
    assert.equal((await ask('/v1/import/preview', { method: 'POST' })).status, 400);
    const large = Buffer.alloc(17 * 1024 * 1024, 32);
    assert.equal((await ask('/v1/import/preview', { method: 'POST', payload: large })).status, 413);
  });

  it('reads a real systeminfo', needsShared(), async () => {
    const file = sharedPath('hosts', '10_1803_x64_pro_it_systeminfo.txt');
    const payload = readFileSync(file);
    const { body } = await ask<Preview>('/v1/import/preview?fileName=real.txt', { method: 'POST', payload });
    assert.equal(body.hostsTotal, 1, JSON.stringify(body));
  });
});

describe('clients over HTTP', () => {
  it('are made, listed without a secret, and revoked, each with a line in the audit trail', async () => {
    const manager = await application.createClient(tenant, 'manager', [
      'Client.ReadWrite.All',
      'Machine.Read.All',
      'Audit.Read.All',
    ]);
    const token = await tokenOf(tenant, manager.clientId, [
      'Client.ReadWrite.All',
      'Machine.Read.All',
      'Audit.Read.All',
    ]);
    const made = await ask<Readonly<Record<string, string>>>('/v1/clients', {
      method: 'POST',
      token,
      payload: JSON.stringify({ name: 'siem', roles: ['Machine.Read.All'] }),
    });
    assert.equal(made.status, 200, made.text);
    assert.deepEqual(Object.keys(made.body), ['tenantId', 'clientId', 'clientSecret']);
    const id = made.body['clientId'] ?? '';
    const listed = await ask<{
      readonly clients: readonly Readonly<Record<string, unknown>>[];
      readonly roles: unknown;
    }>('/v1/clients', { token });
    assert.deepEqual(listed.body.roles, ['Machine.Read.All', 'Audit.Read.All', 'Client.ReadWrite.All']);
    assert.equal(listed.body.clients.find((each) => each['clientId'] === id)?.['name'], 'siem');
    assert.ok(!listed.text.includes(made.body['clientSecret'] ?? ''));
    const tooMuch = await ask('/v1/clients', {
      method: 'POST',
      token,
      payload: JSON.stringify({ name: 'x', roles: ['Report.Write.All'] }),
    });
    assert.equal(tooMuch.status, 403);
    const revoked = await ask<Readonly<Record<string, unknown>>>(`/v1/clients/${id.toUpperCase()}`, {
      method: 'DELETE',
      token,
    });
    assert.equal(revoked.body['revokedAt'], clock.now.toISOString());
    assert.equal((await ask('/api/machines', { token: await tokenOf(tenant, id, ['Machine.Read.All']) })).status, 401);
    const audit = await ask<{ readonly entries: readonly Readonly<Record<string, unknown>>[] }>('/v1/audit', { token });
    assert.deepEqual(
      audit.body.entries.filter((each) => each['subject'] === id).map((each) => [each['action'], each['actor']]),
      [
        ['client.created', manager.clientId],
        ['client.revoked', manager.clientId],
      ],
    );
  });

  const bad: readonly (readonly [string, unknown])[] = [
    ['no name', { roles: [] }],
    ['an empty name', { name: ' ' }],
    ['a list', []],
    ['an unknown role', { name: 'x', roles: ['Everything'] }],
    ['an unknown group', { name: 'x', groups: ['nowhere'] }],
    ['an unknown field', { name: 'x', secret: 'mine' }],
    ['a role that is no text', { name: 'x', roles: [1] }],
  ];
  for (const [what, body] of bad) {
    it(`are not made with ${what}`, async () => {
      const answer = await ask<{ readonly error: { readonly message: string } }>('/v1/clients', {
        method: 'POST',
        payload: JSON.stringify(body),
      });
      assert.equal(answer.status, 400, answer.text);
      assert.match(answer.body.error.message, /expected/i);
    });
  }

  it('nobody who sees some device groups only makes them', async () => {
    await application.groups.create(tenant, { name: 'Berlin', rule: { names: ['berlin*'] } });
    const bound = await application.createClient(tenant, 'bound', ['Client.ReadWrite.All'], { groups: ['Berlin'] });
    const token = await tokenOf(tenant, bound.clientId, ['Client.ReadWrite.All']);
    for (const question of [{}, { method: 'POST', payload: '{"name":"x"}' }] as const satisfies readonly Question[])
      assert.equal((await ask('/v1/clients', { ...question, token })).status, 403);
    assert.equal((await ask(`/v1/clients/${clientId}`, { method: 'DELETE', token })).status, 403);
  });
});

describe('GET /v1/catalogue', () => {
  it('says what is held, newest month first, with what an operator should look at', async () => {
    const { body } = await ask<{
      readonly id: string;
      readonly starter: boolean;
      readonly documents: readonly { readonly id: string; readonly kbRows: number }[];
      readonly warnings: readonly { readonly kind: string }[];
      readonly absentFeeds: readonly unknown[];
      readonly kbs: number;
    }>('/v1/catalogue');
    assert.match(body.id, /^sha256:[0-9a-f]{64}$/);
    assert.equal(body.starter, true);
    // The starter catalogue has a document a month since April 2016 and more before (docs of MSRC's CVRF API).
    assert.ok(body.documents.length > 100);
    assert.match(body.documents[0]?.id ?? '', /^2026-/);
    assert.deepEqual([...new Set(body.warnings.map(({ kind }) => kind))], ['stale']);
    assert.ok(body.absentFeeds.length > 0);
  });

  it('lists errors of the published data by page, kind and text', async () => {
    interface Anomalies {
      readonly total: number;
      readonly items: readonly { readonly kind: string; readonly detail: string }[];
    }
    const all = (await ask<Anomalies>('/v1/catalogue/anomalies?top=1000')).body;
    assert.ok(all.total > 10);
    const kind = all.items[0]?.kind ?? '';
    const ofKind = (await ask<Anomalies>(`/v1/catalogue/anomalies?kind=${kind}&top=1`)).body;
    assert.equal(ofKind.items.length, 1);
    assert.ok(ofKind.total <= all.total && ofKind.total > 0);
    const behind = (await ask<Anomalies>('/v1/catalogue/anomalies?skip=1&top=2')).body;
    assert.deepEqual(behind.items, all.items.slice(1, 3));
    for (const query of ['top=0', 'top=x', 'skip=-1', 'top=1&top=2'])
      assert.equal((await ask(`/v1/catalogue/anomalies?${query}`)).status, 400, query);
  });
});
