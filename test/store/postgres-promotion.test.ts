import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { SwitchedPort } from '../support/switched-port.ts';
import { deviceId, deviceReport } from './device-reports.ts';

const missing = whyNoPostgres();

/** From the promotion to the first report that is kept again. */
const backWithinMs = 10_000;

const cases: readonly {
  readonly name: string;
  readonly stop: 'SIGKILL' | 'SIGQUIT' | 'SIGINT';
  /** Before it is promoted the standby reads and refuses writes. */
  readonly switchesFirst: boolean;
}[] = [
  {
    name: 'the primary was killed, and the standby promoted before it is asked',
    stop: 'SIGKILL',
    switchesFirst: false,
  },
  { name: 'the primary was stopped, and the standby asked before it is promoted', stop: 'SIGINT', switchesFirst: true },
];

describe('a standby that is promoted under load', { skip: missing ?? false, timeout: 120_000 }, () => {
  for (const { name, stop, switchesFirst } of cases) {
    it(`has every answered report once: ${name}`, async () => {
      const primary = await PostgresCluster.start({ after });
      const url = await primary.createDatabase('kbgap_promoted');
      const standby = await PostgresCluster.standbyOf(primary, { after });
      const address = await SwitchedPort.start({ after }, primary.port);
      const store = openPostgresStore(
        { url: url.replace(String(primary.port), String(address.port)), poolSize: 4 },
        { now: () => new Date() },
      );
      after(() => store.close());
      await store.opened;
      const tenantId = store.listTenants()[0]?.id ?? '';

      const answered = new Map<string, string>();
      let [stops, answers] = [false, 0];
      const load = Array.from({ length: 8 }, async (_, worker) => {
        for (let n = 0; !stops; n += 1) {
          const id = worker * 1000 + (n % 300);
          const state = `state-${(n + worker) % 5}`;
          await store.saveReport(deviceReport(tenantId, id, { patchStateId: state })).then(
            () => {
              answered.set(deviceId(id), state);
              answers += 1;
            },
            // Not said to be kept: it may be, or not.
            () => answered.delete(deviceId(id)),
          );
        }
      });
      while (answers < 500) await delay(10);
      await primary.stop(stop);
      if (switchesFirst) {
        address.switchTo(standby.port);
        await delay(1000);
      }
      const before = answers;
      await standby.promote();
      const promotedAt = performance.now();
      if (!switchesFirst) address.switchTo(standby.port);
      while (answers === before && performance.now() < promotedAt + backWithinMs) await delay(10);
      assert.ok(answers > before, `no report was kept within ${backWithinMs} ms of the promotion`);
      while (answers < before + 500) await delay(10);
      stops = true;
      await Promise.all(load);

      assert.ok(answered.size > 300, String(answered.size));
      for (const [id, state] of answered) assert.equal((await store.findDevice(tenantId, id))?.patchStateId, state);
      assert.equal(store.findTrouble(), undefined);
      assert.deepEqual(store.listCounts(), await store.recount());
      const [row] = await standby.rows('kbgap_promoted', 'SELECT count(*) AS devices FROM device');
      assert.equal(
        Number(row?.['devices']),
        store.listCounts().reduce((sum, { devices }) => sum + devices, 0),
      );
    });
  }
});
