import { hash } from 'node:crypto';

/**
 * The id of a device that reports none: SHA-1 of `<tenant GUID>:<name in lower case>` in UTF-8, 40 lower-case hex
 * digits, so that one device keeps one id.
 */
export function deviceIdFor(tenantId: string, name: string): string {
  return hash('sha1', `${tenantId}:${name.toLowerCase()}`);
}
