import { isIPv4 } from 'node:net';

/** Of a device's addresses the one that lists show and find it by: the first IPv4 one, else the first. */
export function shownAddress(addresses: readonly string[]): string | null {
  return addresses.find((address) => isIPv4(address)) ?? addresses[0] ?? null;
}
