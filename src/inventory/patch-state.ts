import type { Architecture } from '../terms/architecture.ts';
import type { InstallationType } from '../terms/installation-type.ts';
import type { KbNumber } from '../terms/kb-number.ts';

/**
 * The part of an inventory that decides the verdict, normalised: devices with equal content share one patch state,
 * which is assessed once. Plain JSON; arrays are sorted, so that equal facts give equal bytes.
 */
export interface PatchState {
  readonly os: {
    /** `undefined` values of the inventory are `null` here, for stable JSON. */
    readonly name: string | null;
    /** `10.0.18363.657`, or `10.0.18363` without a UBR. */
    readonly build: string | null;
    readonly architecture: Architecture | null;
    readonly installationType: InstallationType | null;
    readonly editionId: string | null;
    /** Only where `build` is `null`: with a build it decides nothing. */
    readonly displayVersion: string | null;
  };
  /** KBs in state `installed`, ascending. */
  readonly installedKbs: readonly KbNumber[];
  /** `none`: no list came; `partial`: some KBs are listed; `complete`: asked for and whole, maybe empty. */
  readonly updateList: 'none' | 'partial' | 'complete';
  readonly software: readonly { readonly name: string; readonly vendor: string | null; readonly version: string | null }[];
  readonly dotnetFramework: readonly string[];
  readonly internetExplorer: string | null;
  readonly pendingReboot: boolean;
}
