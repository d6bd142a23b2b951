import { createHmac, timingSafeEqual } from 'node:crypto';
import { linkLifetimeHours } from '../../operations/token-keys.ts';
import type { LinkSecret } from '../../operations/token-keys.ts';

/** What a link to an export file opens, for whoever holds it. */
export interface ExportGrant {
  /** Which list: `SoftwareVulnerabilitiesExport`. */
  readonly list: string;
  readonly tenantId: string;
  /** The client that asked, which decides what the file holds when it is fetched; `''` for who sees the whole tenant. */
  readonly clientId: string;
  /** First digit of the ids of the file's devices; `''` for all. */
  readonly shard: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Six hours, and as much more as a clock may be set back. */
const longestMs = (linkLifetimeHours + 24) * 3_600_000;

/** `{kid}.{grant}.{HMAC}`: each is base64url, and has no dot. */
export function signGrant(grant: ExportGrant, { kid, secret }: LinkSecret): string {
  const { list, tenantId, clientId, shard, expiresAt } = grant;
  const content = Buffer.from(JSON.stringify([list, tenantId, clientId, shard, expiresAt])).toString('base64url');
  const signed = `${kid}.${content}`;
  return `${signed}.${macOf(signed, secret).toString('base64url')}`;
}

/** `undefined` for a link that was not signed here, or that has expired. */
export function readGrant(
  link: string,
  findSecret: (kid: string) => LinkSecret | undefined,
  now: Date,
): ExportGrant | undefined {
  const [kid = '', content = '', mac = '', ...more] = link.split('.');
  if (mac === '' || more.length > 0) return undefined;
  const known = findSecret(kid);
  if (known === undefined) return undefined;
  const own = macOf(`${kid}.${content}`, known.secret);
  const given = Buffer.from(mac, 'base64url');
  if (own.length !== given.length || !timingSafeEqual(own, given)) return undefined;
  // What is signed was written by `signGrant`.
  const [list, tenantId, clientId, shard, expiresAt] = JSON.parse(
    Buffer.from(content, 'base64url').toString('utf8'),
  ) as readonly [string, string, string, string, number];
  const leftMs = expiresAt - now.getTime();
  return leftMs > 0 && leftMs <= longestMs ? { list, tenantId, clientId, shard, expiresAt } : undefined;
}

/** `SoftwareVulnerabilitiesExport-00007.json.gz`: clients keep files by this name. */
export function fileNameOf({ list, shard }: Pick<ExportGrant, 'list' | 'shard'>): string {
  const number = shard === '' ? 0 : Number.parseInt(shard, 16);
  return `${list}-${String(number).padStart(5, '0')}.json.gz`;
}

function macOf(content: string, secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(content).digest();
}
