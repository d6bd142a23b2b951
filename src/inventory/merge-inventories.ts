import type { KbNumber } from '../terms/kb-number.ts';
import { compareKbNumbers } from '../terms/kb-number.ts';
import { inOrder } from './installed-update.ts';
import { emptyInventory } from './inventory.ts';
import type { InstalledSoftware, Inventory } from './inventory.ts';
import { hasUbr, mergeOs } from './merge-os.ts';
import { inTimeOrder } from './observation.ts';
import type { Observation } from './observation.ts';
import { inVerdictOrder } from './other-verdict.ts';

/** One device as several observations show it together. */
export interface MergedInventory {
  readonly inventory: Inventory;
  /** Updates that are named only by observations older than the build's, ascending: the build was seen later. */
  readonly earlierKbs: readonly KbNumber[];
}

/** Sources that are asked in one go do not answer in the same second. */
const sameTimeMs = 60 * 60 * 1000;

/**
 * Joins observations of one device: the newest exact build wins, updates are united, software of one name is that of the
 * newest observation that names it. An answered "none" counts only while no other observation names an update: a list is
 * never proof of absence. The order of the observations decides nothing.
 */
export function mergeInventories(observations: readonly Observation[]): MergedInventory {
  const [only] = observations;
  if (only === undefined) return { inventory: emptyInventory, earlierKbs: [] };
  if (observations.length === 1) return { inventory: only.inventory, earlierKbs: [] };
  const { ordered, isTimed } = inTimeOrder(observations);
  const inventories = ordered.map(({ inventory }) => inventory);
  const first = <Value>(find: (inventory: Inventory) => Value | undefined): Value | undefined =>
    inventories.map(find).find((value) => value !== undefined);
  const updates = inOrder(inventories.flatMap((each) => each.updates));
  const whole = inventories.filter(({ updatesComplete }) => updatesComplete);
  const inventory: Inventory = {
    observedAt: inventories
      .flatMap(({ observedAt }) => observedAt ?? [])
      .sort()
      .at(-1),
    device: {
      id: first(({ device }) => device.id),
      name: first(({ device }) => device.name),
      sourceId: first(({ device }) => device.sourceId),
      tags: union(inventories.map(({ device }) => device.tags)),
      ipAddresses: union(inventories.map(({ device }) => device.ipAddresses)),
    },
    os: mergeOs(ordered, isTimed),
    updates,
    updatesComplete: whole.some((each) => each.updates.length > 0 || updates.length === 0),
    ...(isCut(inventories) ? { updatesCut: true } : {}),
    software: mergeSoftware(inventories, isTimed),
    components: {
      dotnetFramework: isTimed
        ? (inventories.find(({ components }) => components.dotnetFramework.length > 0)?.components.dotnetFramework ??
          [])
        : union(inventories.map(({ components }) => components.dotnetFramework)),
      internetExplorer: isTimed
        ? first(({ components }) => components.internetExplorer)
        : highest(inventories.flatMap(({ components }) => components.internetExplorer ?? [])),
    },
    pendingReboot: isTimed
      ? first(({ pendingReboot }) => pendingReboot)
      : inventories.some(({ pendingReboot }) => pendingReboot === true) || first(({ pendingReboot }) => pendingReboot),
    opinions: inVerdictOrder(inventories.flatMap(({ opinions }) => opinions)),
  };
  return { inventory, earlierKbs: isTimed ? earlierThanBuild(ordered) : [] };
}

/** Whether what is listed was cut off, and nobody else lists updates. */
function isCut(inventories: readonly Inventory[]): boolean {
  const listing = inventories.filter(({ updates, updatesComplete }) => updates.length > 0 || updatesComplete);
  return listing.length > 0 && listing.every(({ updatesCut }) => updatesCut === true);
}

function earlierThanBuild(ordered: readonly Observation[]): readonly KbNumber[] {
  const exact = ordered.find(({ inventory }) => hasUbr(inventory.os.build));
  if (exact?.at === undefined) return [];
  const since = Date.parse(exact.at) - sameTimeMs;
  const [recent, older] = [true, false].map(
    (isRecent) =>
      new Set(
        ordered
          .filter(({ at }) => (at === undefined || Date.parse(at) >= since) === isRecent)
          .flatMap(({ inventory }) => inventory.updates.filter(({ state }) => state === 'installed'))
          .map(({ kb }) => kb),
      ),
  );
  return [...(older ?? [])].filter((kb) => recent?.has(kb) !== true).sort(compareKbNumbers);
}

/** A program may be there in several versions, but not in those that an older observation saw. */
function mergeSoftware(inventories: readonly Inventory[], isTimed: boolean): readonly InstalledSoftware[] {
  const seen = new Set<string>();
  const kept = inventories.flatMap(({ software }) => {
    const fresh = isTimed ? software.filter(({ name }) => !seen.has(name.toLowerCase())) : software;
    for (const { name } of software) seen.add(name.toLowerCase());
    return fresh;
  });
  const byText = new Map(kept.map((each) => [JSON.stringify(each), each]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, each]) => each);
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}

function highest(texts: readonly string[]): string | undefined {
  return [...texts].sort().at(-1);
}
