import { createPrivateKey, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Application } from '../../operations/application.ts';
import { tokenLifetimeSeconds } from '../../operations/token-keys.ts';
import type { Tenant } from '../../store/store.ts';

/** Whoever can read the data folder: `kbgap token` and `demo` issue in this name. It cannot be revoked. */
export const localOperatorClientId = '00000000-0000-4000-8000-6b6267617000';

/** Seconds that clocks may differ: Entra ID's tokens are valid from as long before they are issued. */
const clockSkewSeconds = 300;

export type TokenVersion = 'v1' | 'v2';

export interface TokenRequest {
  readonly application: Application;
  readonly tenant: Tenant;
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly audience: string;
  /** Base URL of this server. */
  readonly issuer: string;
  readonly now: Date;
  /** By the route that was asked; Defender's own tokens are of v1 either way, so that is what others get. */
  readonly version?: TokenVersion;
}

const keys = new WeakMap<Application, { readonly kid: string; readonly key: KeyObject }>();

/**
 * A signed access token (RS256). v1 and v2 differ as Entra ID's do: `iss`, `ver`, and `appid` or `azp` for the client.
 * Source: Microsoft identity platform, "Access token claims reference".
 */
export async function issueToken(request: TokenRequest): Promise<string> {
  const { application, tenant, clientId, roles, audience, issuer, now, version = 'v1' } = request;
  const { kid, key } = await signingKeyOf(application);
  const seconds = Math.floor(now.getTime() / 1000);
  const ofVersion =
    version === 'v1' ? { appid: clientId, appidacr: '1', ver: '1.0' } : { azp: clientId, azpacr: '1', ver: '2.0' };
  return new SignJWT({
    ...ofVersion,
    tid: tenant.id,
    oid: clientId,
    roles: [...roles],
    idtyp: 'app',
    uti: randomUUID(),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setAudience(audience)
    .setIssuer(issuerOf(issuer, tenant.id, version))
    .setSubject(clientId)
    .setIssuedAt(seconds)
    .setNotBefore(seconds - clockSkewSeconds)
    .setExpirationTime(seconds + tokenLifetimeSeconds)
    .sign(key);
}

/** `iss` of our own tokens, below the address at which the server was asked. */
export function issuerOf(baseUrl: string, tenantId: string, version: TokenVersion): string {
  return `${baseUrl}/${tenantId}/${version === 'v1' ? '' : 'v2.0'}`;
}

async function signingKeyOf(application: Application): Promise<{ readonly kid: string; readonly key: KeyObject }> {
  const held = await application.getSigningKey();
  const cached = keys.get(application);
  if (cached?.kid === held.kid) return cached;
  const made = { kid: held.kid, key: createPrivateKey(held.privateKeyPem) };
  keys.set(application, made);
  return made;
}
