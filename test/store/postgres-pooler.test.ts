import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { startPgbouncer, whyNoPgbouncer } from '../support/pgbouncer.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { deviceReport } from './device-reports.ts';

const missing = whyNoPostgres() ?? whyNoPgbouncer();

/** How a node behind the pooler hears of what others write. */
const ways = ['past the pooler', 'by asking'] as const;

describe('a pooler in transaction mode', { skip: missing ?? false, timeout: 120_000 }, () => {
  for (const way of ways) {
    it(`serves nodes that take reports at once, and hear of each other ${way}`, async (t) => {
      const cluster = await PostgresCluster.start(t as never);
      const direct = await cluster.createDatabase('kbgap_pooled');
      const port = await startPgbouncer(t as never, cluster, 2);
      const url = direct.replace(String(cluster.port), String(port));
      const open = async (of: TestContext): Promise<PostgresStore> => {
        const directUrl = way === 'by asking' ? null : direct;
        const store = openPostgresStore({ url, directUrl, poolSize: 4 }, { now: () => new Date() });
        of.after(() => store.close());
        await store.opened;
        return store;
      };
      const nodes = [await open(t), await open(t), await open(t)];
      const tenantId = nodes[0]?.listTenants()[0]?.id ?? '';
      const load = nodes.map(async (node, worker) => {
        const ids = Array.from({ length: 100 }, (_, n) => (worker * 100 + n) % 200);
        await Promise.all(
          ids.map((id) => node.saveReport(deviceReport(tenantId, id, { patchStateId: `state-${(id + worker) % 7}` }))),
        );
      });
      await Promise.all(load);
      const [first, second, third] = nodes.map((node) => () => node.listCounts());
      const recounted = await nodes[0]?.recount();
      while (JSON.stringify(first?.()) !== JSON.stringify(recounted)) await delay(20);
      while (JSON.stringify(second?.()) !== JSON.stringify(recounted)) await delay(20);
      while (JSON.stringify(third?.()) !== JSON.stringify(recounted)) await delay(20);
      assert.equal(
        first?.().reduce((sum, { devices }) => sum + devices, 0),
        200,
      );
      assert.deepEqual(
        nodes.map((node) => node.findTrouble()),
        [undefined, undefined, undefined],
      );
    });
  }
});
