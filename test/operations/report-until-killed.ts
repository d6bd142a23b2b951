/**
 * Run by `durability.test.ts` as a process of its own: applies reports, eight at a time, and prints a device's id once
 * its report is acknowledged. Arguments: data folder, number of reports, number of the round: each has devices of its own, too.
 */
import { writeSync } from 'node:fs';
import { openApplication } from '../../src/operations/open-application.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { inventory } from '../support/inventories.ts';

const [dataFolder = '', count = '0', round = '0'] = process.argv.slice(2);
const application = openApplication({ dataFolder, now: () => new Date(), engine: createFakeEngine() });
const tenant = application.getTenant('default');
let next = 0;

async function reportInTurn(): Promise<void> {
  while (next < Number(count)) {
    const n = next++;
    const { deviceId } = await application.applyReport(tenant, {
      // Few states and few names: reports that change a device's state are among them.
      inventory: inventory({ name: `device-${n % 3 === 0 ? n % 150 : `${round}-${n}`}`, build: `10.0.18363.${n % 7}` }),
      raw: new TextEncoder().encode(`report ${n} ${'x'.repeat(4000)}`),
      format: 'test',
      receivedAt: new Date(),
    });
    writeSync(1, `${deviceId}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, reportInTurn));
// Ended by the test; the margin keeps a fast machine from ending first.
await new Promise((resolve) => setTimeout(resolve, 10_000));
await application.close();
