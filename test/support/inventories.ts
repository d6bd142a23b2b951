import type { Inventory } from '../../src/inventory/inventory.ts';
import { parseKbNumber } from '../../src/terms/kb-number.ts';
import { tryParseWindowsBuild } from '../../src/terms/windows-build.ts';

/** What the made-up device says; everything else is as on a plain Windows 10 client. */
export interface InventorySketch {
  readonly name?: string;
  readonly id?: string;
  /** `10.0.18363.657`; without it no engine can judge. */
  readonly build?: string;
  readonly kbs?: readonly string[];
  readonly tags?: readonly string[];
}

export function inventory({ name, id, build, kbs = [], tags = [] }: InventorySketch): Inventory {
  return {
    observedAt: '2026-06-10T07:00:00.000Z',
    device: { id, name, sourceId: undefined, tags, ipAddresses: [] },
    os: {
      name: 'Microsoft Windows 10 Enterprise',
      build: build === undefined ? undefined : tryParseWindowsBuild(build),
      rollupLevel: undefined,
      displayVersion: undefined,
      architecture: 'x64',
      installationType: 'Client',
      editionId: undefined,
    },
    updates: kbs.map((kb) => ({ kb: parseKbNumber(kb), installedOn: undefined, state: 'installed' })),
    updatesComplete: false,
    software: [],
    components: { dotnetFramework: [], internetExplorer: undefined },
    opinions: [],
    pendingReboot: undefined,
  };
}
