import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { deviceId, deviceReport } from '../store/device-reports.ts';
import { Forwarder } from '../support/forwarder.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { devicesAsKept, miscounted } from '../support/report-load.ts';

const missing = whyNoPostgres();
const now = (): Date => new Date('2026-06-10T08:00:00Z');
/** From the promotion to the first report that is kept. */
const longestMs = 10_000;

/** How the servers reach whichever takes writes. */
const ways: readonly (readonly [
  way: string,
  address: (
    t: TestContext,
    primary: PostgresCluster,
    standby: PostgresCluster,
  ) => Promise<{ readonly url: string; readonly move: () => void }>,
  /** What is said while there is none. */
  says: RegExp,
])[] = [
  [
    'a connection string of both hosts',
    async (_, primary, standby) => ({
      url: `postgresql://kbgap@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/kbgap`,
      move: () => undefined,
    }),
    /standby|ECONNREFUSED/,
  ],
  [
    'an address that moves',
    async (t, primary, standby) => {
      const forwarder = await Forwarder.start(t, primary.port);
      const url = `postgresql://kbgap@127.0.0.1:${forwarder.port}/kbgap`;
      return { url, move: () => forwarder.leadTo(standby.port) };
    },
    /a standby, which takes no writes/,
  ],
];

async function open(t: TestContext, url: string): Promise<PostgresStore> {
  const store = openPostgresStore({ url, poolSize: 4 }, { now });
  t.after(() => store.close());
  await store.opened;
  return store;
}

describe('a primary that stops and a standby that is promoted, under load', { skip: missing ?? false }, () => {
  for (const [way, addressOf, says] of ways) {
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      it(`by ${way}, stopped by ${signal}: nothing that was answered is lost or counted twice`, async (t) => {
        const primary = await PostgresCluster.start(t);
        await primary.createDatabase('kbgap');
        const standby = await primary.startStandby(t);
        const { url, move } = await addressOf(t, primary, standby);
        const stores = [await open(t, url), await open(t, url)];
        const load = new Load(stores);
        await load.until(300);
        await primary.stop(signal);
        move();
        // The standby answers reads, and must not be taken for a server that keeps anything.
        while (!stores.every((store) => says.test(store.findTrouble() ?? ''))) await delay(20);
        await standby.promote();
        const promoted = performance.now();
        const before = load.answered;
        await load.until(before + 1);
        assert.ok(performance.now() - promoted < longestMs, 'service was not back in ten seconds');
        await load.until(before + 300);
        await load.stop();

        const [found] = await standby.rows('kbgap', miscounted);
        assert.equal(Number(found?.['devices']), 0);
        const rows = await standby.rows('kbgap', devicesAsKept);
        const names = rows.map(({ name }) => String(name));
        assert.equal(new Set(names).size, names.length);
        for (const [id, state] of load.kept)
          assert.equal((await stores[0]?.findDevice(load.tenantId, id))?.patchStateId, state, id);
        for (const store of stores) {
          await store.lookForChanges();
          assert.deepEqual(store.listCounts(), await store.recount());
          assert.equal(store.findTrouble(), undefined);
        }
      });
    }
  }
});

/** Reports of some devices, from one state to the next, through both stores. */
class Load {
  readonly tenantId: string;
  /** The state by id of each device whose last report was answered. */
  readonly kept = new Map<string, string>();
  answered = 0;
  #stops = false;
  readonly #reporting: Promise<unknown>;

  constructor(stores: readonly PostgresStore[]) {
    this.tenantId = stores[0]?.listTenants()[0]?.id ?? '';
    this.#reporting = Promise.all(
      Array.from({ length: 8 }, (_, worker) => this.#report(stores[worker % stores.length], worker)),
    );
  }

  async until(answered: number): Promise<void> {
    while (this.answered < answered) await delay(5);
  }

  async stop(): Promise<void> {
    this.#stops = true;
    await this.#reporting;
  }

  async #report(store: PostgresStore | undefined, worker: number): Promise<void> {
    for (let n = 0; !this.#stops && store !== undefined; n += 1) {
      const id = worker * 1000 + (n % 40);
      const state = `state-${(n + worker) % 5}`;
      try {
        await store.saveReport(deviceReport(this.tenantId, id, { patchStateId: state }));
        this.kept.set(deviceId(id), state);
        this.answered += 1;
      } catch {
        this.kept.delete(deviceId(id));
      }
    }
  }
}
