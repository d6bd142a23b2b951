import { agreedBuild } from '../facts/agreed-build.ts';
import type { Inventory } from '../inventory.ts';
import type { ReadReport } from './reader.ts';

/**
 * Of records of one device in one report that name two builds at one time, or without one, none is believed: else the last would
 * silently take the place of the others. The device is told by its id in its system, else by its name.
 */
export function withoutTwoBuilds(report: ReadReport, source: string): ReadReport {
  const { inventories, notes } = report;
  if (inventories.length < 2) return report;
  const doubts = new Map<string, string>();
  for (const [key, same] of Map.groupBy(inventories, keyOf)) {
    if (same.length < 2 || key === '') continue;
    const { doubt } = agreedBuild(same.map(({ os, observedAt }) => ({ build: os.build, at: observedAt })));
    if (doubt !== undefined) doubts.set(key, `${source}: ${same[0]?.device.name ?? key}: ${doubt}`);
  }
  if (doubts.size === 0) return report;
  return {
    inventories: inventories.map((each) => (doubts.has(keyOf(each)) ? withoutBuild(each) : each)),
    notes: [...notes, ...doubts.values()],
  };
}

function keyOf({ device }: Inventory): string {
  return device.id ?? device.sourceId ?? device.name?.toLowerCase() ?? '';
}

function withoutBuild(inventory: Inventory): Inventory {
  return { ...inventory, os: { ...inventory.os, build: undefined, rollupLevel: undefined } };
}
