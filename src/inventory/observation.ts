import type { Inventory } from './inventory.ts';

/** One report about a device, by whom and when: what several sources are merged from. */
export interface Observation {
  readonly inventory: Inventory;
  /** Who reported: the format's id, or what the reporter calls itself. */
  readonly source: string;
  /** When the device was seen so: UTC, ISO 8601; `undefined` where neither the report nor the way it came says so. */
  readonly at: string | undefined;
}

/** A device's clock may be ahead by so much before it is not believed. */
export const clockSkewMs = 10 * 60 * 1000;

/** The time that a report claims, unless it lies after its arrival. */
export function observedAtOf({ observedAt }: Pick<Inventory, 'observedAt'>, receivedAt: string): string {
  if (observedAt === undefined) return receivedAt;
  return Date.parse(observedAt) > Date.parse(receivedAt) + clockSkewMs ? receivedAt : observedAt;
}

/**
 * The newest first where all that speak of the system have a time: those without one, lists by hand, come last and disturb
 * nothing. Else as they came, since builds without a time cannot be put in order. Equal times stand in the order of their
 * sources, so that the same observations merge alike whatever their order.
 */
export function inTimeOrder(observations: readonly Observation[]): {
  readonly ordered: readonly Observation[];
  readonly isTimed: boolean;
} {
  const isTimed = observations.every(({ at, inventory }) => at !== undefined || !speaksOfSystem(inventory));
  if (!isTimed) return { ordered: observations, isTimed };
  const key = ({ at = '', source }: Observation): string => `${at} ${source}`;
  return { ordered: [...observations].sort((a, b) => (key(a) < key(b) ? 1 : -1)), isTimed };
}

function speaksOfSystem({ os, components, software }: Inventory): boolean {
  const hasComponents = components.dotnetFramework.length > 0 || components.internetExplorer !== undefined;
  return os.build !== undefined || os.rollupLevel !== undefined || software.length > 0 || hasComponents;
}
