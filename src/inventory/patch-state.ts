import { hash } from 'node:crypto';
import { compareKbNumbers } from '../terms/kb-number.ts';
import { isOfPublisher } from './facts/publisher.ts';
import { formatWindowsBuild } from '../terms/windows-build.ts';
import { isNoise } from './facts/noise-updates.ts';
import type { Inventory } from './inventory.ts';
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
    /**
     * Only where the build has no UBR: `10.0.19041.4529`, the level of the newest roll-up package, or the exact build of an
     * earlier report. It counts where its build is of the same branch.
     */
    readonly rollupLevel?: string;
    /** Only beside `rollupLevel`, where that is not sure: the level may be this one. */
    readonly rollupLevelFrom?: string;
  };
  /** KBs in state `installed`, ascending. */
  readonly installedKbs: readonly KbNumber[];
  /**
   * Those of `installedKbs` that only reports older than the build's name: where the build speaks for a line of updates it
   * was seen later, and wins. Only where there are any.
   */
  readonly earlierKbs?: readonly KbNumber[];
  /**
   * `none`: no list came, or one that was cut off: what it names is installed, and proves nothing of the rest; `partial`: some KBs are
   * listed; `complete`: asked for and whole, maybe empty.
   */
  readonly updateList: 'none' | 'partial' | 'complete';
  readonly software: readonly {
    readonly name: string;
    readonly vendor: string | null;
    readonly version: string | null;
  }[];
  readonly dotnetFramework: readonly string[];
  readonly internetExplorer: string | null;
  readonly pendingReboot: boolean;
}

/**
 * The facts of an inventory that decide its verdict. Every listed KB but known noise is kept, also one that no catalogue
 * knows yet: the state stays valid under the next catalogue. `earlierKbs`: see there.
 */
export function derivePatchState(inventory: Inventory, earlierKbs: readonly KbNumber[] = []): PatchState {
  const { os, updates, updatesComplete, updatesCut, components } = inventory;
  const installed = updates.filter(({ state, kb }) => state === 'installed' && !isNoise(kb)).map(({ kb }) => kb);
  const build = os.build === undefined ? null : formatWindowsBuild(os.build);
  const level =
    (os.build?.ubr ?? 0) === 0 && os.rollupLevel !== undefined ? formatWindowsBuild(os.rollupLevel) : undefined;
  const listed = new Set(installed);
  const earlier = earlierKbs.filter((kb) => listed.has(kb));
  return {
    os: {
      name: textOf(os.name),
      build,
      architecture: os.architecture ?? null,
      installationType: os.installationType ?? null,
      editionId: textOf(os.editionId),
      displayVersion: build === null ? textOf(os.displayVersion) : null,
      ...(level === undefined ? {} : { rollupLevel: level }),
      ...(level === undefined || os.rollupLevelFrom === undefined
        ? {}
        : { rollupLevelFrom: formatWindowsBuild(os.rollupLevelFrom) }),
    },
    installedKbs: [...new Set(installed)].sort(compareKbNumbers),
    ...(earlier.length === 0 ? {} : { earlierKbs: [...new Set(earlier)].sort(compareKbNumbers) }),
    updateList: updatesComplete ? 'complete' : updates.length > 0 && updatesCut !== true ? 'partial' : 'none',
    software: sortedSoftware(inventory.software),
    dotnetFramework: [...new Set(components.dotnetFramework.map((text) => text.trim()))]
      .filter((text) => text !== '')
      .sort(),
    internetExplorer: textOf(components.internetExplorer),
    pendingReboot: inventory.pendingReboot ?? false,
  };
}

/** A patch state as it is kept. */
export interface PatchStateContent {
  /** Its name: SHA-256 of the content, 64 hex digits. */
  readonly id: string;
  /** Its JSON. */
  readonly content: string;
}

export function patchStateContent(state: PatchState): PatchStateContent {
  const content = JSON.stringify(state);
  return { id: hash('sha256', content), content };
}

/** What another maker publishes decides nothing: it would part devices that are judged alike. */
function sortedSoftware(software: Inventory['software']): PatchState['software'] {
  const entries = software
    .filter(({ vendor }) => isOfPublisher(vendor ?? null))
    .map(({ name, vendor, version }) => ({
      name: name.trim(),
      vendor: textOf(vendor),
      version: textOf(version),
    }));
  const byText = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, entry]) => entry);
}

function textOf(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
