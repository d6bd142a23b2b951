import type { PatchState } from '../../src/inventory/patch-state.ts';
import { parseKbNumber } from '../../src/terms/kb-number.ts';

/** A patch state with the given build and updates, everything else as on a plain Windows 10 client. */
export function patchState(build: string | null, kbs: readonly string[] = []): PatchState {
  return {
    os: {
      name: 'Microsoft Windows 10 Enterprise',
      build,
      architecture: 'x64',
      installationType: 'Client',
      editionId: 'Enterprise',
      displayVersion: null,
    },
    installedKbs: kbs.map(parseKbNumber),
    updateList: kbs.length === 0 ? 'none' : 'partial',
    software: [],
    dotnetFramework: [],
    internetExplorer: null,
    pendingReboot: false,
  };
}
