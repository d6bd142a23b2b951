import { guid } from './guid.ts';

/** A claim's place in a token: one key a step. `['realm_access', 'roles']` */
export type ClaimPath = readonly [string, ...string[]];

/** Which tenant of kbgap a token belongs to. */
export type TenantRule =
  | { readonly kind: 'fixed'; readonly tenant: string }
  /** By the value of a claim: the tenant that `tenants` names for it, or without that the one of that GUID or name. */
  | { readonly kind: 'claim'; readonly claim: ClaimPath; readonly tenants?: ReadonlyMap<string, string> };

/** How people sign in to the page by an issuer: as an application that is registered there. */
export interface SignIn {
  /** In addresses of ours. */
  readonly id: string;
  /** On the button. */
  readonly name: string;
  readonly clientId: string;
  /** Without it the application is a public one: PKCE alone proves who began. */
  readonly clientSecret?: string;
  /** `openid profile email`. */
  readonly scope: string;
}

/** Another issuer whose tokens are honoured: Entra ID, Keycloak or any that has a discovery document. */
export interface ExternalIssuer {
  /**
   * What `iss` may be, to the letter; `{tid}` in it stands for the token's `tid`. Several where one set of keys signs under
   * several names, as Entra ID's v1 and v2 do.
   */
  readonly issuers: readonly [string, ...string[]];
  readonly discoveryUrl: string;
  /** What `aud` may be. */
  readonly audiences: readonly [string, ...string[]];
  readonly tenant: TenantRule;
  /** Where roles or scopes stand, as lists or as texts with blanks between. */
  readonly roleClaims: readonly ClaimPath[];
  /** Our roles by their names; without it their names are ours. */
  readonly roleMap?: ReadonlyMap<string, readonly string[]>;
  /** Whether its addresses may be plain HTTP beyond loopback. */
  readonly allowHttp: boolean;
  /** Without it only its tokens are honoured. */
  readonly signIn?: SignIn;
}

/** Whether keys may be read from there: what others can change on its way is no proof of anything. */
export function isTrustworthyUrl(text: string, allowHttp: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && (allowHttp || isLoopback));
}

/** What a claim holds; `undefined` where it is not there. */
export function claimAt(claims: Readonly<Record<string, unknown>>, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** The spelling of `iss` that fits these claims; `undefined` where none of them is this issuer's. */
export function fittingIssuer(
  { issuers }: ExternalIssuer,
  { iss, tid }: { readonly iss?: unknown; readonly tid?: unknown },
): string | undefined {
  if (typeof iss !== 'string') return undefined;
  const ofTenant = typeof tid === 'string' && guid.test(tid) ? tid : undefined;
  return issuers
    .flatMap((each) =>
      !each.includes('{tid}') ? [each] : ofTenant === undefined ? [] : [each.replace('{tid}', ofTenant)],
    )
    .find((each) => each === iss);
}
