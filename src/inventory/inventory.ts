import type { Architecture } from '../terms/architecture.ts';
import type { InstallationType } from '../terms/installation-type.ts';
import type { WindowsBuild } from '../terms/windows-build.ts';
import type { InstalledUpdate } from './installed-update.ts';
import type { OtherVerdict } from './other-verdict.ts';

/** One observation of one device: what it said about itself, in kbgap's words, whatever format it came in. */
export interface Inventory {
  /** UTC instant, ISO 8601; `undefined` where the source has none. */
  readonly observedAt: string | undefined;
  readonly device: DeviceIdentity;
  readonly os: ReportedOs;
  /** Sorted by KB number, each once. */
  readonly updates: readonly InstalledUpdate[];
  /** The list was asked for and is whole: an empty one then proves that nothing is installed. */
  readonly updatesComplete: boolean;
  /** The source says that it has more updates than it lists, such as `{KB5042349, KB5041160...}`: each may be in the rest. */
  readonly updatesCut?: boolean;
  readonly software: readonly InstalledSoftware[];
  readonly components: ReportedComponents;
  readonly pendingReboot: boolean | undefined;
  /** Other tools' verdicts, in their order; they decide nothing here. */
  readonly opinions: readonly OtherVerdict[];
}

export interface DeviceIdentity {
  /** 40 lower-case hex digits. */
  readonly id: string | undefined;
  /** Host name as reported, `mymachine1.contoso.com`. */
  readonly name: string | undefined;
  /**
   * Name of the device in the system that reports it, with that system ahead: `fleet:3f2a…`, `wazuh:005`. It stays when
   * the host is renamed; on cloned machines it may be the same. A number that every server gives anew (`wazuh:005`) joins parts that
   * have no name, and no more.
   */
  readonly sourceId: string | undefined;
  readonly tags: readonly string[];
  readonly ipAddresses: readonly string[];
}

export interface ReportedOs {
  /** `Microsoft Windows 10 Enterprise`; may be localised or plainly wrong ("Windows 10" on 11). */
  readonly name: string | undefined;
  /** Without UBR where the source does not know it. */
  readonly build: WindowsBuild | undefined;
  /**
   * `26100.8655` of the package `Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.8655.1.9`, as `10.0.26100.8655`: the
   * level of the newest cumulative update that is installed. The build may be that of a sibling in the branch (19041 on
   * 19045), so that it tells the UBR but not the version of Windows.
   */
  readonly rollupLevel: WindowsBuild | undefined;
  /**
   * Where roll-ups are listed without their states, the second newest: servicing keeps the names of what was superseded and of what
   * waits for a restart, so that either may be the level.
   */
  readonly rollupLevelFrom?: WindowsBuild | undefined;
  readonly displayVersion: string | undefined;
  readonly architecture: Architecture | undefined;
  readonly installationType: InstallationType | undefined;
  readonly editionId: string | undefined;
}

export interface InstalledSoftware {
  readonly name: string;
  readonly vendor: string | undefined;
  readonly version: string | undefined;
}

export interface ReportedComponents {
  /** Versions such as `3.5`, `4.8`. */
  readonly dotnetFramework: readonly string[];
  /** `11.657.18362.0`. */
  readonly internetExplorer: string | undefined;
}

/** An inventory that says nothing: what a reader fills in. */
export const emptyInventory: Inventory = {
  observedAt: undefined,
  device: { id: undefined, name: undefined, sourceId: undefined, tags: [], ipAddresses: [] },
  os: {
    name: undefined,
    build: undefined,
    rollupLevel: undefined,
    displayVersion: undefined,
    architecture: undefined,
    installationType: undefined,
    editionId: undefined,
  },
  updates: [],
  updatesComplete: false,
  software: [],
  components: { dotnetFramework: [], internetExplorer: undefined },
  pendingReboot: undefined,
  opinions: [],
};
