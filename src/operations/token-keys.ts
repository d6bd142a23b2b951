import { createPublicKey, generateKeyPair, generateKeyPairSync, hash, hkdfSync } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningKey, Store, StoredSigningKey } from '../store/store.ts';

/** How long an issued token is good; Defender's live an hour too. */
export const tokenLifetimeSeconds = 3600;

/**
 * How long a key that has a successor still verifies: as long as the last token that was signed with it, and a minute in which
 * other processes may not yet know of the successor.
 */
const verifiesOnMs = (tokenLifetimeSeconds + 60) * 1000;

/** How long a link that was signed with a key's secret is good. */
export const linkLifetimeHours = 6;

/** How long a key that has a successor is kept: for the last link that was signed by it. */
const keptOnMs = (linkLifetimeHours * 60 + 1) * 60_000;

const dayMs = 86_400_000;

/** Signs links, and tells ours from others: derived from a key of tokens, so that every process of the data folder has it. */
export interface LinkSecret {
  /** Of the key. */
  readonly kid: string;
  readonly secret: Uint8Array;
}

/** A key as lists show it. Instants are ISO 8601 in UTC. */
export interface TokenKeySummary {
  readonly kid: string;
  readonly createdAt: string;
  /** `signing`: new tokens are signed with it. `verifying`: only tokens from before are good by it. */
  readonly use: 'signing' | 'verifying';
  /** When its last token has expired; `null` while it signs. */
  readonly verifiesUntil: string | null;
}

/**
 * The keys of the tokens that this data folder issues: the newest signs, the one before still verifies for a while. In memory,
 * since every request asks; `reload` follows what other processes changed.
 */
export class TokenKeys {
  readonly #store: Store;
  readonly #now: () => Date;
  #keys: readonly StoredSigningKey[];
  #byKid: ReadonlyMap<string, StoredSigningKey> = new Map();
  readonly #linkSecrets = new Map<string, LinkSecret>();

  constructor(store: Store, now: () => Date) {
    this.#store = store;
    this.#now = now;
    this.#keys = this.#read();
  }

  reload(): void {
    this.#keys = this.#read();
  }

  /** Made where there is none (some 100 ms, once in the life of a data folder). */
  async getSigning(): Promise<SigningKey> {
    const [newest] = this.#keys;
    if (newest !== undefined) return newest;
    await this.#store.addSigningKey(toSigningKey(generateKeyPairSync('rsa', keyOptions)), this.#now().toISOString());
    this.reload();
    const [made] = this.#keys;
    if (made === undefined) throw new Error('expected the signing key that was just kept, but there is none');
    return made;
  }

  /** One by which tokens are good now. */
  findVerifying(kid: string): SigningKey | undefined {
    const key = this.#byKid.get(kid);
    return key !== undefined && this.#verifiesUntil(key) > this.#now().getTime() ? key : undefined;
  }

  /** All by which tokens are good now, the one that signs first. */
  async listVerifying(): Promise<readonly SigningKey[]> {
    await this.getSigning();
    return this.#keys.filter(({ kid }) => this.findVerifying(kid) !== undefined);
  }

  /** That of the key that signs. */
  async linkSecret(): Promise<LinkSecret> {
    return this.#linkSecretOf(await this.getSigning());
  }

  /** One by which links are good now. */
  findLinkSecret(kid: string): LinkSecret | undefined {
    const key = this.#byKid.get(kid);
    return key !== undefined && this.#endsAt(key) + keptOnMs > this.#now().getTime()
      ? this.#linkSecretOf(key)
      : undefined;
  }

  async list(): Promise<readonly TokenKeySummary[]> {
    return (await this.listVerifying()).flatMap(({ kid }) => {
      const key = this.#byKid.get(kid);
      if (key === undefined) return [];
      const until = this.#verifiesUntil(key);
      const ends = Number.isFinite(until) ? new Date(until).toISOString() : null;
      return [{ kid, createdAt: key.createdAt, use: ends === null ? 'signing' : 'verifying', verifiesUntil: ends }];
    });
  }

  /**
   * New tokens are signed with a new key. `dropOld`: tokens signed before are refused at once.
   * Where another process rotates at the same moment, its key is the new one.
   */
  async rotate({ dropOld = false }: { readonly dropOld?: boolean } = {}): Promise<TokenKeySummary> {
    const before = (await this.getSigning()).kid;
    const made = toSigningKey(await promisify(generateKeyPair)('rsa', keyOptions));
    this.reload();
    const newest = this.#keys[0];
    // Of two keys the later one signs, whatever the clock says.
    const at = Math.max(this.#now().getTime(), newest === undefined ? 0 : Date.parse(newest.createdAt) + 1);
    await this.#store.replaceSigningKey(made, { createdAt: new Date(at).toISOString(), replaces: before });
    this.reload();
    await this.#remove(dropOld ? this.#keys.slice(1) : this.#expired());
    const [signing] = await this.list();
    if (signing === undefined) throw new Error('expected the signing key that was just kept, but there is none');
    return signing;
  }

  /** Rotates where the key is that old, and removes those by which neither token nor link is good any more. Whether it rotated. */
  async rotateIfDue(afterDays: number): Promise<boolean> {
    this.reload();
    const [newest] = this.#keys;
    const isDue = newest !== undefined && Date.parse(newest.createdAt) + afterDays * dayMs <= this.#now().getTime();
    if (isDue) await this.rotate();
    else await this.#remove(this.#expired());
    return isDue;
  }

  #expired(): readonly StoredSigningKey[] {
    return this.#keys.filter((key) => this.#endsAt(key) + keptOnMs <= this.#now().getTime());
  }

  async #remove(keys: readonly StoredSigningKey[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#store.deleteSigningKeys(keys.map(({ kid }) => kid));
    this.reload();
  }

  /** Milliseconds since 1970; endless for the newest. */
  #verifiesUntil(key: StoredSigningKey): number {
    return this.#endsAt(key) + verifiesOnMs;
  }

  /** When another one began to sign; endless for the newest. */
  #endsAt(key: StoredSigningKey): number {
    const successor = this.#keys[this.#keys.indexOf(key) - 1];
    return successor === undefined ? Infinity : Date.parse(successor.createdAt);
  }

  #linkSecretOf({ kid, privateKeyPem }: SigningKey): LinkSecret {
    let known = this.#linkSecrets.get(kid);
    if (known === undefined) {
      known = { kid, secret: new Uint8Array(hkdfSync('sha256', privateKeyPem, '', 'kbgap export links', 32)) };
      this.#linkSecrets.set(kid, known);
    }
    return known;
  }

  #read(): readonly StoredSigningKey[] {
    const keys = this.#store.listSigningKeys();
    this.#byKid = new Map(keys.map((key) => [key.kid, key]));
    return keys;
  }
}

const keyOptions = {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
} as const;

function toSigningKey({
  privateKey,
  publicKey,
}: {
  readonly privateKey: string;
  readonly publicKey: string;
}): SigningKey {
  return { kid: thumbprintOf(publicKey), privateKeyPem: privateKey, publicKeyPem: publicKey };
}

/** RFC 7638, section 3: SHA-256 over the required members in alphabetical order, base64url. */
function thumbprintOf(publicKeyPem: string): string {
  const { e, kty, n } = createPublicKey(publicKeyPem).export({ format: 'jwk' });
  return hash('sha256', JSON.stringify({ e, kty, n }), 'base64url');
}
