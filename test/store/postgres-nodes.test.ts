import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { deviceId, deviceReport } from './device-reports.ts';

const missing = whyNoPostgres();
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;
const now = (): Date => new Date('2026-06-10T08:00:00Z');
const rounds = 5;
let made = 0;

async function newDatabase(): Promise<string> {
  made += 1;
  return (await cluster?.createDatabase(`nodes_${made}`)) ?? '';
}

async function open(t: TestContext, url: string, more: object = {}): Promise<PostgresStore> {
  const store = openPostgresStore({ url, poolSize: 4, ...more }, { now });
  t.after(() => store.close());
  await store.opened;
  return store;
}

/** Waits for what has to come about by itself; the test's own limit ends a wait that is in vain. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(20);
}

function devicesOf(store: PostgresStore): number {
  return store.listCounts().reduce((sum, { devices }) => sum + devices, 0);
}

describe('nodes that share a database', { skip: missing ?? false }, () => {
  it('start together on an empty one and agree on the tenant', async (t) => {
    const url = await newDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => open(t, url)));
    const tenants = stores.map((store) => store.listTenants().map(({ id }) => id));
    assert.equal(new Set(tenants.flat()).size, 1);
  });

  for (const [how, more] of [
    ['by notification', {}],
    ['by asking, where no notification comes', { directUrl: null }],
    ['with prepared statements', { prepares: true }],
  ] as const) {
    it(`hear of each other's reports ${how}, and count alike`, async (t) => {
      const url = await newDatabase();
      const [one, two] = [await open(t, url, more), await open(t, url, more)];
      const tenantId = one.listTenants()[0]?.id ?? '';
      await Promise.all(
        [one, two].flatMap((store, node) =>
          Array.from({ length: 300 }, (_, n) =>
            store.saveReport(deviceReport(tenantId, n % 200, { patchStateId: `state-${(n + node) % 3}` })),
          ),
        ),
      );
      await until(() => [one, two].every((store) => devicesOf(store) === 200));
      await until(() => JSON.stringify(one.listCounts()) === JSON.stringify(two.listCounts()));
      assert.deepEqual(one.listCounts(), await one.recount());
      for (const { patchStateId } of one.listCounts()) assert.ok(two.findPatchState(patchStateId) !== undefined);
    });
  }

  it('see the catalogue that one of them put in force, and take its lease in turn', async (t) => {
    const url = await newDatabase();
    const [one, two] = [await open(t, url), await open(t, url)];
    assert.equal(await one.sharedCatalogue.takeLease('sync', 60), true);
    assert.equal(await two.sharedCatalogue.takeLease('sync', 60), false);
    assert.equal(await one.sharedCatalogue.takeLease('sync', 60), true, 'again by its holder');
    await one.sharedCatalogue.giveBackLease('sync');
    assert.equal(await two.sharedCatalogue.takeLease('sync', 0), true);
    assert.equal(await one.sharedCatalogue.takeLease('sync', 60), true, 'it had expired');
    await one.sharedCatalogue.putInForce('sha256:a', Buffer.from('a'));
    await one.sharedCatalogue.putInForce('sha256:b', Buffer.from('b'));
    assert.equal(await two.sharedCatalogue.currentId(), 'sha256:b');
    assert.deepEqual(await two.sharedCatalogue.read('sha256:b'), Buffer.from('b'));
  });

  it('refuses a database of a newer program, and one of another', async (t) => {
    const url = await newDatabase();
    await (await open(t, url)).close();
    await cluster?.query(`nodes_${made}`, `INSERT INTO schema_migration VALUES (1000, 'later')`);
    await assert.rejects(open(t, url), { code: 'store-too-new' });
    const foreign = await newDatabase();
    await cluster?.query(`nodes_${made}`, 'CREATE TABLE device (id int)');
    await assert.rejects(open(t, foreign), { code: 'store-unreadable' });
  });
});

describe('a database that goes away', { skip: missing ?? false }, () => {
  it('is said without credentials where it does not answer', async (t) => {
    const url = 'postgresql://kbgap:geheim@127.0.0.1:1/kbgap';
    await assert.rejects(open(t, url), (error: Error) => {
      assert.match(error.message, /127\.0\.0\.1:1\/kbgap/);
      assert.doesNotMatch(error.message, /geheim/);
      return true;
    });
    const waiting = openPostgresStore({ url }, { now, keepsTrying: true });
    t.after(() => waiting.close());
    await until(() => /ECONNREFUSED/.test(waiting.findTrouble() ?? ''));
  });

  it('killed in the middle of load loses nothing that was answered and counts nothing twice', async (t) => {
    const url = await newDatabase();
    const store = await open(t, url);
    const tenantId = store.listTenants()[0]?.id ?? '';
    const answered = new Map<string, string>();
    let stops = false;
    const report = async (worker: number): Promise<void> => {
      for (let n = 0; !stops; n += 1) {
        const id = worker * 1000 + (n % 40);
        const state = `state-${(n + worker) % 5}`;
        await store.saveReport(deviceReport(tenantId, id, { patchStateId: state })).then(
          () => answered.set(deviceId(id), state),
          () => answered.delete(deviceId(id)),
        );
      }
    };
    const load = Array.from({ length: 8 }, (_, worker) => report(worker));
    for (let round = 0; round < rounds; round += 1) {
      await delay(150);
      await cluster?.stop('SIGKILL');
      await delay(100);
      await cluster?.restart();
    }
    await delay(200);
    stops = true;
    await Promise.all(load);
    assert.ok(answered.size > 100, String(answered.size));
    for (const [id, state] of answered) assert.equal((await store.findDevice(tenantId, id))?.patchStateId, state);
    await until(() => store.findTrouble() === undefined);
    assert.deepEqual(store.listCounts(), await store.recount());
  });
});

describe('a node that is killed in the middle of load', { skip: missing ?? false }, () => {
  it('leaves every report that it had answered, once', async (t) => {
    const url = await newDatabase();
    const store = await open(t, url);
    const tenantId = store.listTenants()[0]?.id ?? '';
    for (let round = 0; round < rounds; round += 1) {
      const node = spawn(process.execPath, [script, url, tenantId, String(round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const answered = await linesUntilKilled(node, 200);
      assert.ok(answered.length >= 200);
      for (const id of answered) assert.ok((await store.findDevice(tenantId, id)) !== undefined, id);
    }
    await store.lookForChanges();
    assert.deepEqual(store.listCounts(), await store.recount());
  });
});

const script = fileURLToPath(new URL('report-to-postgres.ts', import.meta.url));

/** The ids that the process said were kept, until it was killed after so many. */
async function linesUntilKilled(node: ChildProcess, many: number): Promise<readonly string[]> {
  const lines: string[] = [];
  assert.ok(node.stdout);
  const gone = once(node, 'exit');
  createInterface({ input: node.stdout }).on('line', (line) => {
    lines.push(line);
    if (lines.length === many) node.kill('SIGKILL');
  });
  await gone;
  return lines;
}
