import { writeSync } from 'node:fs';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { deviceId, deviceReport } from './device-reports.ts';

// Reports devices until it is killed; each id is printed once its report is kept.

const [url = '', tenantId = '', round = '0'] = process.argv.slice(2);
const store = openPostgresStore({ url }, { now: () => new Date() });
await store.opened;
for (let n = Number(round) * 100_000; ; n += 20) {
  await Promise.all(
    Array.from({ length: 20 }, async (_, more) => {
      await store.saveReport(deviceReport(tenantId, n + more, { patchStateId: `state-${(n + more) % 7}` }));
      writeSync(1, `${deviceId(n + more)}\n`);
    }),
  );
}
