import { loadStarterCatalogue } from '../src/catalogue/starter-catalogue.ts';
import { readNative } from '../src/inventory/readers/native/read.ts';
import type { Application } from '../src/operations/application.ts';
import { catalogueEngine } from '../src/operations/catalogue-engine.ts';
import { openApplication } from '../src/operations/open-application.ts';
import { seeded } from './made-up-fleet.ts';

/** Builds of some branches, levels spread over years; every device of one build is of one patch state. */
const builds: readonly (readonly [build: number, from: number, to: number, name: string, type: string])[] = [
  [19045, 3803, 6456, 'Windows 10 Pro', 'Client'],
  [22631, 2861, 6199, 'Windows 11 Pro', 'Client'],
  [26100, 2314, 7462, 'Windows 11 Enterprise', 'Client'],
  [17763, 5206, 7919, 'Windows Server 2019 Standard', 'Server'],
  [20348, 2159, 4529, 'Windows Server 2022 Standard', 'Server'],
];

/** Fills a data folder with a made-up fleet of some hundred patch states, the same for the same seed. */
export async function fillFleet(dataFolder: string, devices: number): Promise<void> {
  const application: Application = openApplication({
    dataFolder,
    now: () => new Date('2026-07-01T00:00:00Z'),
    engine: catalogueEngine(loadStarterCatalogue(), true),
  });
  const tenant = application.getTenant('default');
  const random = seeded(7);
  for (let sent = 0; sent < devices;) {
    const batch: Promise<unknown>[] = [];
    for (; batch.length < 1000 && sent < devices; sent += 1) {
      const [build, from, to, name, type] = builds[Math.floor(random() * builds.length)] ?? [19045, 3803, 6456, '', ''];
      const ubr = from + Math.floor((random() * 60 * (to - from)) / 60);
      const report = {
        device: { name: sent === 0 ? 'asked' : `pc${sent}` },
        os:
          sent === 0
            ? { name: 'Windows 10 Pro', build: '10.0.19045.3803', architecture: 'x64', installationType: 'Client' }
            : { name, build: `10.0.${build}.${ubr - (ubr % 50)}`, architecture: 'x64', installationType: type },
      };
      const raw = Buffer.from(JSON.stringify(report));
      batch.push(
        application.applyReport(tenant, {
          inventory: readNative(report),
          raw,
          format: 'native',
          receivedAt: new Date('2026-07-01T00:00:00Z'),
        }),
      );
    }
    await Promise.all(batch);
  }
  await application.close();
}
