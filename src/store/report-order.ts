import type { DeviceReport, KeptReport } from './store.ts';

/** Clocks of servers that share a database differ by less. */
const clockSkewMs = 10 * 60 * 1000;

/**
 * Whether a report saw its device before the one that is held of the same source. Only where both say when: what came without a time was
 * seen when it came. One that by the clock came after this one was taken in before the clock was set back: of its time nothing is believed.
 */
export function isOlder(
  { observedAt, device }: Pick<DeviceReport, 'observedAt'> & { readonly device: { readonly reportedAt: string } },
  held: Pick<KeptReport, 'observedAt' | 'receivedAt'> | undefined,
): boolean {
  if (held === undefined || held.observedAt === held.receivedAt || observedAt === device.reportedAt) return false;
  if (observedAt >= held.observedAt) return false;
  return Date.parse(held.receivedAt) <= Date.parse(device.reportedAt) + clockSkewMs;
}
