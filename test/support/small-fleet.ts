import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import type { Tenant } from '../../src/store/store.ts';

/** What a device of the small fleet reports. */
export interface SmallDevice {
  readonly name: string;
  readonly build: string;
  readonly type?: 'Client' | 'Server';
  readonly tags?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly edge?: string;
  readonly office?: string;
}

/** Devices of every kind: behind, current, with browsers and Office, one that cannot be judged, two alike. */
export const smallFleet: readonly SmallDevice[] = [
  { name: 'pc-a', build: '10.0.18363.476', tags: ['site:Berlin', 'pilot'], ipAddresses: ['10.0.0.1'] },
  { name: 'pc-b', build: '10.0.18363.476', tags: ['site:bern'], ipAddresses: ['fe80::2', '10.0.0.2'] },
  { name: 'pc-c', build: '10.0.22631.3007', edge: '128.0.2739.67', ipAddresses: ['10.0.0.3', '10.0.0.1'] },
  { name: 'pc-d', build: '10.0.22631.3007', edge: '140.0.3485.54', office: '16.0.16026.20200' },
  { name: 'srv-e', build: '10.0.17763.1339', type: 'Server', tags: ['SITE:BERLIN'], ipAddresses: ['FE80::5'] },
  { name: 'pc-f', build: '10.0.22631.9999', ipAddresses: ['10.0.0.6'] },
  { name: 'odd', build: '10.0.99999.1' },
];

/** An application over the starter catalogue; who opens it closes it. */
export function openOverStarter(dataFolder: string, now: () => Date): Application {
  return openApplication({ dataFolder, now, engine: catalogueEngine(loadStarterCatalogue(), true) });
}

export async function reportAll(
  application: Application,
  tenant: Tenant,
  { devices = smallFleet, receivedAt }: { readonly devices?: readonly SmallDevice[]; readonly receivedAt: Date },
): Promise<void> {
  await Promise.all(
    devices.map((device) =>
      application.applyReport(tenant, {
        inventory: readNative(toNative(device)),
        raw: Buffer.from('{}'),
        format: 'native',
        receivedAt,
      }),
    ),
  );
}

function toNative({ name, build, type = 'Client', tags = [], ipAddresses = [], edge, office }: SmallDevice): object {
  const software = [
    ...(edge === undefined ? [] : [{ name: 'Microsoft Edge', vendor: 'Microsoft Corporation', version: edge }]),
    ...(office === undefined
      ? []
      : [{ name: 'Microsoft 365 Apps for enterprise - en-us', vendor: 'Microsoft Corporation', version: office }]),
  ];
  return {
    schema: 'kbgap-inventory/1',
    device: { name, tags, ipAddresses },
    os: { build, architecture: 'x64', installationType: type },
    software,
  };
}
