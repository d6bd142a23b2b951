import { inOrder } from './installed-update.ts';
import { emptyInventory } from './inventory.ts';
import type { InstalledSoftware, Inventory, ReportedOs } from './inventory.ts';
import { inVerdictOrder } from './other-verdict.ts';

/**
 * One inventory of several observations of one device: the union of their updates and software, and the best source of
 * the build. An answered "none" counts only while no other observation names an update.
 */
export function mergeInventories(inventories: readonly Inventory[]): Inventory {
  const [first = emptyInventory] = inventories;
  if (inventories.length <= 1) return first;
  const updates = inOrder(inventories.flatMap((each) => each.updates));
  const whole = inventories.filter(({ updatesComplete }) => updatesComplete);
  return {
    observedAt: inventories
      .flatMap(({ observedAt }) => observedAt ?? [])
      .sort()
      .at(-1),
    device: {
      id: inventories.flatMap(({ device }) => device.id ?? []).sort()[0],
      name: inventories.find(({ device }) => device.name !== undefined)?.device.name,
      sourceId: inventories.flatMap(({ device }) => device.sourceId ?? []).sort()[0],
      tags: union(inventories.map(({ device }) => device.tags)),
      ipAddresses: union(inventories.map(({ device }) => device.ipAddresses)),
    },
    os: mergeOs(inventories.map(({ os }) => os)),
    updates,
    updatesComplete: whole.some((each) => each.updates.length > 0 || updates.length === 0),
    software: mergeSoftware(inventories.flatMap(({ software }) => software)),
    components: {
      dotnetFramework: union(inventories.map(({ components }) => components.dotnetFramework)),
      internetExplorer: highest(inventories.flatMap(({ components }) => components.internetExplorer ?? [])),
    },
    pendingReboot: inventories.some(({ pendingReboot }) => pendingReboot === true)
      ? true
      : inventories.find(({ pendingReboot }) => pendingReboot !== undefined)?.pendingReboot,
    opinions: inVerdictOrder(inventories.flatMap(({ opinions }) => opinions)),
  };
}

/** The build with a UBR over one without, the higher one over the lower; the rest from whoever says it. */
function mergeOs(all: readonly ReportedOs[]): ReportedOs {
  const ranked = [...all].sort((a, b) => rankOf(b) - rankOf(a) || compareText(JSON.stringify(a), JSON.stringify(b)));
  const pick = <Key extends keyof ReportedOs>(key: Key): ReportedOs[Key] =>
    ranked.find((os) => os[key] !== undefined)?.[key] as ReportedOs[Key];
  return {
    name: pick('name'),
    build: pick('build'),
    rollupLevel: pick('rollupLevel'),
    displayVersion: pick('displayVersion'),
    architecture: pick('architecture'),
    // "Server Core" says more than "Server", which a name alone gives.
    installationType: ranked.some(({ installationType }) => installationType === 'Server Core')
      ? 'Server Core'
      : pick('installationType'),
    editionId: pick('editionId'),
  };
}

function rankOf({ build }: ReportedOs): number {
  if (build === undefined) return 0;
  return (build.ubr === undefined ? 1 : 2) * 1e12 + build.build * 1e6 + (build.ubr ?? 0);
}

function mergeSoftware(software: readonly InstalledSoftware[]): readonly InstalledSoftware[] {
  const byText = new Map(software.map((each) => [JSON.stringify(each), each]));
  return [...byText].sort(([a], [b]) => compareText(a, b)).map(([, each]) => each);
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}

function highest(texts: readonly string[]): string | undefined {
  return [...texts].sort().at(-1);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
