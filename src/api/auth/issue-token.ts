import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Application } from '../../operations/application.ts';
import type { Tenant } from '../../store/store.ts';

/** Whoever can read the data folder: `kbgap token` and `demo` issue in this name. It cannot be revoked. */
export const localOperatorClientId = '00000000-0000-4000-8000-6b6267617000';

/** Seconds; Defender's tokens live an hour too. */
export const tokenLifetimeSeconds = 3600;

export interface TokenRequest {
  readonly application: Application;
  readonly tenant: Tenant;
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly audience: string;
  /** Base URL of this server. */
  readonly issuer: string;
  readonly now: Date;
}

const keys = new WeakMap<Application, { readonly kid: string; readonly key: KeyObject }>();

/** A signed access token (RS256) with the claims that Defender clients look at: `roles`, `aud`, `exp`, `tid`, `appid`. */
export async function issueToken({
  application,
  tenant,
  clientId,
  roles,
  audience,
  issuer,
  now,
}: TokenRequest): Promise<string> {
  const { kid, key } = signingKeyOf(application);
  const seconds = Math.floor(now.getTime() / 1000);
  return new SignJWT({
    tid: tenant.id,
    appid: clientId,
    azp: clientId,
    oid: clientId,
    roles: [...roles],
    ver: '2.0',
    idtyp: 'app',
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setAudience(audience)
    .setIssuer(`${issuer}/${tenant.id}/v2.0`)
    .setSubject(clientId)
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + tokenLifetimeSeconds)
    .sign(key);
}

function signingKeyOf(application: Application): { readonly kid: string; readonly key: KeyObject } {
  const held = application.getSigningKey();
  const cached = keys.get(application);
  if (cached?.kid === held.kid) return cached;
  const made = { kid: held.kid, key: createPrivateKey(held.privateKeyPem) };
  keys.set(application, made);
  return made;
}
