import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { createServer } from '../../src/api/server.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hour = 3_600_000;
const day = 24 * hour;
const year = 365 * day;
const start = Date.parse('2026-06-10T08:00:00Z');

/** A server whose clock the test sets. */
interface Clocked {
  readonly application: Application;
  readonly server: FastifyInstance;
  /** Milliseconds from the start of the test. */
  setClock(fromStart: number): void;
  now(): Date;
}

function openClocked(t: TestContext): Clocked {
  let at = start;
  const now = (): Date => new Date(at);
  const engine = catalogueEngine(loadStarterCatalogue(), true);
  const application = openApplication({ dataFolder: temporaryFolder(t), now, engine });
  const server = createServer({ application, logger: false, now });
  t.after(async () => {
    await server.close();
    await application.close();
  });
  return { application, server, now, setClock: (fromStart) => (at = start + fromStart) };
}

async function tokenOf({ application, now }: Clocked): Promise<string> {
  return issueToken({
    application,
    tenant: application.getTenant('default'),
    clientId: localOperatorClientId,
    roles: allRoles,
    audience: 'https://api.securitycenter.microsoft.com',
    issuer: 'http://localhost:80',
    now: now(),
  });
}

/** What is given at the start of the test, and how it is asked with. */
const credentials = {
  async token(clocked: Clocked): Promise<() => Promise<number>> {
    const authorization = `Bearer ${await tokenOf(clocked)}`;
    return async () => (await clocked.server.inject({ url: '/v1/status', headers: { authorization } })).statusCode;
  },
  async session({ application, server }: Clocked): Promise<() => Promise<number>> {
    const user = { holder: 'operator', holderId: 'operator', name: 'operator', roles: allRoles } as const;
    const { secret } = await application.sessions.start(application.getTenant('default'), user);
    const headers = { cookie: `kbgap-session=${secret}` };
    return async () => (await server.inject({ url: '/v1/status', headers })).statusCode;
  },
  async link(clocked: Clocked): Promise<() => Promise<number>> {
    const headers = { authorization: `Bearer ${await tokenOf(clocked)}` };
    const asked = { url: '/api/machines/SoftwareVulnerabilitiesExport?sasValidHours=6', headers };
    const { exportFiles } = (await clocked.server.inject(asked)).json<{ exportFiles: readonly string[] }>();
    const { pathname, search } = new URL(exportFiles[0] ?? '');
    return async () => (await clocked.server.inject({ url: pathname + search })).statusCode;
  },
} as const;

/** Given at the start; then the clock is set. Lifetimes: a token an hour, a session twelve, a link six. */
const given: readonly (readonly [
  what: keyof typeof credentials,
  shows: string,
  fromStart: number,
  expected: number,
])[] = [
  ['token', 'before it expires', 0.9 * hour, 200],
  ['token', 'two hours ahead', 2 * hour, 401],
  ['token', 'set back by two hours', -2 * hour, 200],
  ['token', 'given when the clock was a year ahead', -year, 401],
  ['session', 'before it expires', 11 * hour, 200],
  ['session', 'a day ahead', day, 401],
  ['session', 'set back by two hours', -2 * hour, 200],
  ['session', 'given when the clock was a year ahead', -year, 401],
  ['link', 'before it expires', 5 * hour, 200],
  ['link', 'a year ahead', year, 403],
  ['link', 'set back by two hours', -2 * hour, 200],
  ['link', 'given when the clock was a year ahead', -year, 403],
];

async function report({ application, now }: Clocked, build: string, more: object = {}): Promise<void> {
  const inventory = readNative({
    schema: 'kbgap-inventory/1',
    device: { name: 'pc' },
    os: { name: 'Windows 11 Pro', build, architecture: 'x64', installationType: 'Client' },
    ...more,
  });
  const raw = Buffer.from(build);
  const tenant = application.getTenant('default');
  await application.applyReport(tenant, { inventory, raw, format: 'native', receivedAt: now() });
}

describe('a clock that jumps', () => {
  for (const [what, shows, fromStart, expected] of given) {
    it(`${what}, ${shows}: ${expected}`, async (t) => {
      const clocked = openClocked(t);
      const ask = await credentials[what](clocked);
      clocked.setClock(fromStart);
      assert.equal(await ask(), expected);
    });
  }

  for (const [shows, ahead] of [
    ['two hours', 2 * hour],
    ['a year', year],
  ] as const) {
    it(`ahead by ${shows} and back: reports go on replacing each other, and the device has the later time`, async (t) => {
      const clocked = openClocked(t);
      const observed = (): object => ({ observedAt: new Date(clocked.now().getTime() - 30_000).toISOString() });
      const scope = wholeTenant(clocked.application.getTenant('default'));
      clocked.setClock(ahead);
      await report(clocked, '10.0.26100.1742', observed());
      clocked.setClock(60_000);
      await report(clocked, '10.0.26100.2033', observed());
      const device = await clocked.application.getDevice(scope, 'pc');
      assert.equal(device.osBuild, '10.0.26100.2033');
      assert.equal(device.reportedAt, clocked.now().toISOString());
      assert.deepEqual(await clocked.application.verifyCounts(), []);
    });

    it(`ahead by ${shows} and back: a list that is continued has what changed in between`, async (t) => {
      const clocked = openClocked(t);
      const authorization = `Bearer ${await tokenOf(clocked)}`;
      const list = async (since: string): Promise<readonly string[]> => {
        const url = `/v1/missing-kbs${since === '' ? '' : `?since=${encodeURIComponent(since)}`}`;
        const answer = await clocked.server.inject({ url, headers: { authorization } });
        assert.equal(answer.statusCode, 200, answer.body);
        return answer.body.trim().split('\n');
      };
      clocked.setClock(0);
      await report(clocked, '10.0.26100.1742');
      const cursorOf = (lines: readonly string[]): string =>
        String((JSON.parse(lines.at(-1) ?? '{}') as Readonly<Record<string, unknown>>)['cursor']);
      const cursor = cursorOf(await list(''));
      clocked.setClock(-ahead);
      await report(clocked, '10.0.26100.2033');
      const changed = await list(cursor);
      assert.ok(
        changed.some((line) => line.includes('"resolved"')),
        changed.join('\n'),
      );
      const none = await list(cursorOf(changed));
      assert.ok(!none.some((line) => line.includes('"resolved"')), none.join('\n'));
    });
  }

  it('ahead by a year: a key that was made then is followed by the next one', async (t) => {
    const { application, setClock } = openClocked(t);
    setClock(year);
    const ahead = await application.rotateTokenKey();
    setClock(0);
    const next = await application.rotateTokenKey();
    assert.notEqual(next.kid, ahead.kid);
    assert.equal((await application.getSigningKey()).kid, next.kid);
  });

  it('devices are stale by the clock as it is now', async (t) => {
    const clocked = openClocked(t);
    await report(clocked, '10.0.26100.1742');
    const scope = wholeTenant(clocked.application.getTenant('default'));
    const staleAt = async (fromStart: number): Promise<number> => {
      clocked.setClock(fromStart);
      return (await clocked.application.getStatus(scope, clocked.now())).devices.stale;
    };
    assert.deepEqual([await staleAt(year), await staleAt(0), await staleAt(-year)], [1, 0, 0]);
  });
});

const missing = whyNoPostgres();
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;

describe('the clock of the database jumps', { skip: missing ?? false }, () => {
  it('back: a lease from before is taken over, and a new catalogue takes the place of the old one', async (t) => {
    assert.ok(cluster);
    const url = await cluster.createDatabase('clock');
    const stores = [1, 2].map(() => openPostgresStore({ url, poolSize: 2 }, { now: () => new Date(start) }));
    for (const store of stores) t.after(() => store.close());
    await Promise.all(stores.map((store) => store.opened));
    const [one, two] = stores;
    assert.ok(one && two);
    await one.sharedCatalogue.takeLease('sync', 900);
    await one.sharedCatalogue.putInForce('sha256:a', Buffer.from('a'));
    // As if both had been written a year ahead.
    await cluster.query('clock', `UPDATE lease SET expires_at = expires_at + interval '1 year'`);
    await cluster.query('clock', `UPDATE catalogue SET in_force_since = in_force_since + interval '1 year'`);
    assert.equal(await two.sharedCatalogue.takeLease('sync', 900), true);
    await two.sharedCatalogue.putInForce('sha256:b', Buffer.from('b'));
    assert.equal(await one.sharedCatalogue.currentId(), 'sha256:b');
    await two.sharedCatalogue.putInForce('sha256:a', Buffer.from('a'));
    assert.equal(await one.sharedCatalogue.currentId(), 'sha256:a');
  });
});
