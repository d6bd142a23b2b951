import { decodeJwt, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { claimAt, fittingIssuer } from './external-issuer.ts';
import type { ExternalIssuer } from './external-issuer.ts';
import { ProviderKeys } from './provider-keys.ts';
import type { KeyLog } from './provider-keys.ts';
import { wordsOf } from './verified-claims.ts';
import type { VerifiedClaims } from './verified-claims.ts';

/** Only those whose keys may be public: with HS256 whoever knows the public key could sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];

/** Clocks of others may differ by so much. */
const clockSkewSeconds = 60;

/** A signature is checked again after so long: its key may have been withdrawn. */
const recheckMs = 5 * 60_000;

/** Tokens that other issuers gave. */
export class ExternalTokens {
  readonly #issuers: readonly { readonly issuer: ExternalIssuer; readonly keys: ProviderKeys }[];
  readonly #now: () => Date;

  constructor(issuers: readonly ExternalIssuer[], { now, log }: { readonly now: () => Date; readonly log: KeyLog }) {
    this.#issuers = issuers.map((issuer) => ({ issuer, keys: new ProviderKeys({ issuer, now, log }) }));
    this.#now = now;
  }

  /** Reads all keys, so that an outage from now on is survived. Failures are logged. */
  async warmUp(): Promise<void> {
    await Promise.all(this.#issuers.map(({ keys }) => keys.refresh()));
  }

  /**
   * `undefined` where the token is of none of these issuers.
   * @throws {IssuerUnavailableError} and {@link Error} where it is not good here.
   */
  async verify(token: string): Promise<VerifiedClaims | undefined> {
    if (this.#issuers.length === 0) return undefined;
    const unproven = decodeJwt(token);
    for (const { issuer, keys } of this.#issuers) {
      const name = fittingIssuer(issuer, unproven);
      if (name !== undefined) return this.#verifyBy(token, name, { issuer, keys });
    }
    return undefined;
  }

  async #verifyBy(
    token: string,
    name: string,
    { issuer, keys }: { readonly issuer: ExternalIssuer; readonly keys: ProviderKeys },
  ): Promise<VerifiedClaims> {
    const now = this.#now();
    const { payload, protectedHeader } = await jwtVerify(token, (header, jws) => keys.find(header, jws), {
      algorithms,
      issuer: name,
      audience: [...issuer.audiences],
      clockTolerance: clockSkewSeconds,
      currentDate: now,
      requiredClaims: ['exp', 'aud', 'iss'],
    });
    requireAccessToken(protectedHeader.typ, payload);
    const expiresAt = ((payload.exp ?? 0) + clockSkewSeconds) * 1000;
    return {
      tenant: tenantOf(payload, issuer),
      clientId: clientIdOf(payload),
      roles: rolesOf(payload, issuer),
      audience: undefined,
      expiresAt,
      checkedUntil: Math.min(expiresAt, now.getTime() + recheckMs),
      ownKeyId: undefined,
    };
  }
}

/**
 * Not an ID token, which every application has that lets the same user sign in. Keycloak says what a token is in a claim, and so
 * early versions of it may say a nonce in access tokens too; RFC 9068 says it in the header; the hashes are of ID tokens alone.
 */
function requireAccessToken(headerType: unknown, payload: JWTPayload): void {
  const isFit =
    headerType === undefined ||
    (typeof headerType === 'string' && /^(?:application\/)?(?:at\+)?jwt$/i.test(headerType));
  const { typ, nonce, at_hash: tokenHash, c_hash: codeHash } = payload;
  const isForSignIn = (nonce !== undefined && typ !== 'Bearer') || tokenHash !== undefined || codeHash !== undefined;
  if (!isFit || isForSignIn || (typ !== undefined && typ !== 'Bearer')) throw new Error('expected an access token');
}

/** The GUID or name of the tenant that claims of the issuer belong to. @throws {Error} */
export function tenantOf(payload: JWTPayload, { tenant }: ExternalIssuer): string {
  if (tenant.kind === 'fixed') return tenant.tenant;
  const value = claimAt(payload, tenant.claim);
  if (typeof value !== 'string' || value === '') throw new Error(`expected a text in ${tenant.claim.join('.')}`);
  const named = tenant.tenants === undefined ? value : tenant.tenants.get(value.toLowerCase());
  if (named === undefined) throw new Error(`expected a tenant for this value of ${tenant.claim.join('.')}`);
  return named;
}

/** Entra ID says `azp` or `appid`, Keycloak `azp`, Okta `cid`, RFC 9068 `client_id`. */
function clientIdOf(payload: JWTPayload): string {
  const known = [payload['azp'], payload['appid'], payload['client_id'], payload['cid'], payload.sub];
  const id = known.find((each): each is string => typeof each === 'string' && each !== '');
  if (id === undefined) throw new Error('expected azp, appid, client_id or sub');
  return id;
}

/** Roles of ours. */
export function rolesOf(payload: JWTPayload, { roleClaims, roleMap }: ExternalIssuer): readonly string[] {
  const names = roleClaims.flatMap((path) => wordsOf(claimAt(payload, path)));
  return roleMap === undefined ? names : names.flatMap((name) => roleMap.get(name) ?? []);
}
