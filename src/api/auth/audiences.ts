import { LRUCache } from 'lru-cache';

/** Resources that Defender clients ask tokens for. Source: Microsoft's pages on API access, and clients' code. */
const knownAudiences: ReadonlySet<string> = new Set([
  'https://api.securitycenter.microsoft.com',
  'https://api.security.microsoft.com',
  'https://api.securitycenter.windows.com',
  'https://securitycenter.onmicrosoft.com/windowsatpservice',
  'https://securitycenter.onmicrosoft.com/mtp',
  'https://api-gcc.securitycenter.microsoft.us',
  'https://api-gov.securitycenter.microsoft.us',
  'fc780465-2017-40d4-a0c5-307022471b92',
]);

/**
 * Whether kbgap answers for this resource: one of Defender's, or its own address, also with `/api` behind it, as some
 * clients' settings have it. A trailing slash, case and a default port do not matter.
 */
export function isAudience(audience: string, ownOrigins: readonly string[]): boolean {
  const wanted = normalise(audience);
  return (
    isDefender(wanted) || ownOrigins.some((each) => wanted === normalise(each) || wanted === `${normalise(each)}/api`)
  );
}

function isDefender(wanted: string): boolean {
  if (knownAudiences.has(wanted)) return true;
  return /^https:\/\/api(?:-\w+)?\.securitycenter\.(?:microsoft\.com|windows\.com|microsoft\.us)$|^https:\/\/\w+\.api\.security(?:center)?\.microsoft\.com$/.test(
    wanted,
  );
}

/** Asked with every request about the same few texts. */
const normalised = new LRUCache<string, string>({ max: 1000 });

function normalise(audience: string): string {
  const known = normalised.get(audience);
  if (known !== undefined) return known;
  const made = withoutVariation(audience);
  normalised.set(audience, made);
  return made;
}

function withoutVariation(audience: string): string {
  const text = audience.trim().toLowerCase();
  // A query or a user name is no part of a resource: such a text is left as it is and equals nothing.
  const isPlainUrl = /^https?:\/\/[^?#@]+$/.test(text) && URL.canParse(text);
  return (isPlainUrl ? new URL(text).href : text).replace(/\/+$/, '');
}
