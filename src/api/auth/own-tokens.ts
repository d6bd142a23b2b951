import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Application } from '../../operations/application.ts';
import { wordsOf } from './verified-claims.ts';
import type { VerifiedClaims } from './verified-claims.ts';

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
    const { payload, protectedHeader } = await jwtVerify(token, ({ kid }) => this.#keyOf(kid), {
      algorithms: ['RS256'],
      currentDate: this.#now(),
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
