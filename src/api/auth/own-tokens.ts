import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Application } from '../../operations/application.ts';
import { wordsOf } from './verified-claims.ts';
import type { VerifiedClaims } from './verified-claims.ts';

const longestSetBackMs = 86_400_000;

/** Tokens that this data folder issued, by `issueToken`. */
export class OwnTokens {
  readonly #application: Application;
  readonly #now: () => Date;
  readonly #keys = new LRUCache<string, KeyObject>({ max: 10 });

  constructor(application: Application, now: () => Date) {
    this.#application = application;
    this.#now = now;
  }

  /** @throws {Error} where it is not a token of ours that is good now. */
  async verify(token: string): Promise<VerifiedClaims> {
    // Whether it has expired is asked with each request.
    const { payload, protectedHeader } = await jwtVerify(token, ({ kid }) => this.#keyOf(kid), {
      algorithms: ['RS256'],
      currentDate: this.#begun(token),
      requiredClaims: ['exp', 'aud', 'iss'],
    });
    const { tid, aud, exp = 0, iss = '' } = payload;
    const clientId = payload['appid'] ?? payload['azp'];
    if (typeof tid !== 'string' || typeof clientId !== 'string' || typeof aud !== 'string')
      throw new Error('expected a token with tid, aud, and appid or azp');
    if (!iss.endsWith(`/${tid}/`) && !iss.endsWith(`/${tid}/v2.0`))
      throw new Error('expected an issuer that ends with the tenant');
    return {
      tenant: tid,
      clientId,
      roles: [...wordsOf(payload['roles']), ...wordsOf(payload['scp'])],
      audience: aud,
      expiresAt: exp * 1000,
      checkedUntil: exp * 1000,
      ownKeyId: protectedHeader.kid,
    };
  }

  /**
   * The instant that a token's times are compared with: that from which it is good, where the clock was set back since it was given, by a
   * day at most. Whoever holds it would else be refused until the clock has come that far again.
   */
  #begun(token: string): Date {
    const now = this.#now();
    const { nbf = 0 } = decodeJwt(token);
    const aheadMs = nbf * 1000 - now.getTime();
    return aheadMs > 0 && aheadMs <= longestSetBackMs ? new Date(nbf * 1000) : now;
  }

  /** Whether tokens signed with it are good still: a key that was replaced is so for a while only. */
  isGood(kid: string): boolean {
    return this.#application.findVerifyingKey(kid) !== undefined;
  }

  #keyOf(kid: string | undefined): KeyObject {
    const held = kid === undefined ? undefined : this.#application.findVerifyingKey(kid);
    if (held === undefined) throw new Error('expected a token signed with a key of this server');
    let key = this.#keys.get(held.kid);
    if (key === undefined) {
      key = createPublicKey(held.publicKeyPem);
      this.#keys.set(held.kid, key);
    }
    return key;
  }
}
