import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link to an export file opens, for whoever holds it. */
export interface ExportGrant {
  /** Which list, e.g. `SoftwareVulnerabilitiesExport`. */
  readonly list: string;
  readonly tenantId: string;
  /** Who asked: what that client may see at the time of the fetch is what the file holds. */
  readonly clientId: string;
  /** First character of the device ids in the file; `''` for all. */
  readonly shard: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** `secret`: the same on all nodes. */
export function signGrant(grant: ExportGrant, secret: Uint8Array): string {
  const { list, tenantId, clientId, shard, expiresAt } = grant;
  const content = Buffer.from(JSON.stringify([list, tenantId, clientId, shard, expiresAt])).toString('base64url');
  return `${content}.${macOf(content, secret).toString('base64url')}`;
}

/** `undefined` for a link that none of the secrets signed, or that has expired. */
export function readGrant(link: string, secrets: readonly Uint8Array[], now: Date): ExportGrant | undefined {
  const [content = '', mac = '', ...more] = link.split('.');
  const given = Buffer.from(mac, 'base64url');
  const isSigned = secrets.some((secret) => {
    const own = macOf(content, secret);
    return own.length === given.length && timingSafeEqual(own, given);
  });
  if (!isSigned || more.length > 0) return undefined;
  const [list, tenantId, clientId, shard, expiresAt] = JSON.parse(
    Buffer.from(content, 'base64url').toString('utf8'),
  ) as readonly [string, string, string, string, number];
  return expiresAt > now.getTime() ? { list, tenantId, clientId, shard, expiresAt } : undefined;
}

function macOf(content: string, secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`export ${content}`).digest();
}
