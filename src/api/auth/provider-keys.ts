import { createLocalJWKSet, errors } from 'jose';
import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters } from 'jose';
import { isTrustworthyUrl } from './external-issuer.ts';
import type { ExternalIssuer } from './external-issuer.ts';

/** What the keys need of a log; pino's shape. */
export interface KeyLog {
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
}

export interface ProviderKeysOptions {
  readonly issuer: ExternalIssuer;
  readonly now: () => Date;
  readonly log: KeyLog;
}

/** Keys of that age are asked for again, while the old ones answer; those of twice that age are not used before. */
const freshMs = 10 * 60_000;
/** What could not be renewed for so long is no longer believed: a key may have been withdrawn. */
const longestMs = 7 * 86_400_000;
/** Between two questions, whatever tokens come: anybody can name a key that nobody knows. */
const coolDownMs = 10_000;
const timeoutMs = 5_000;
const largestAnswer = 1024 * 1024;

/** Neither the issuer nor what it said before can tell whether a token is good. */
export class IssuerUnavailableError extends Error {
  override readonly name = 'IssuerUnavailableError';
  readonly code = 'issuer-unavailable';
  readonly retrySeconds = coolDownMs / 1000;

  constructor(issuer: string) {
    super(`The keys of ${issuer} cannot be read, so that its tokens cannot be checked; try again later.`);
  }
}

type KeyFinder = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/**
 * The keys of an issuer, by its discovery document. Outages are survived with the keys that were read last. jose's own
 * `createRemoteJWKSet` forgets them once they are old, and asks again with every token while the issuer is down.
 */
export class ProviderKeys {
  readonly #options: ProviderKeysOptions;
  #keys: KeyFinder | undefined;
  #readAt = -Infinity;
  #triedAt = -Infinity;
  #failed = false;
  #pending: Promise<void> | undefined;

  constructor(options: ProviderKeysOptions) {
    this.#options = options;
  }

  /** @throws {IssuerUnavailableError} and jose's errors where no key fits. */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const age = this.#now() - this.#readAt;
    if (age >= longestMs) await this.refresh();
    else if (age >= freshMs) await this.#renew(age);
    const keys = this.#held();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.refresh();
      if (this.#failed) throw new IssuerUnavailableError(this.#options.issuer.issuers[0]);
      return await this.#held()(header, token);
    }
  }

  /** Nobody waits for keys that are a little old, nor for an issuer that is down. */
  async #renew(age: number): Promise<void> {
    const wasDown = this.#failed;
    const renewed = this.refresh();
    if (age >= 2 * freshMs && !wasDown) await renewed;
  }

  /** Reads the keys anew, unless that was just tried. Failures are logged; the keys from before then stay. */
  async refresh(): Promise<void> {
    if (this.#pending === undefined && this.#now() - this.#triedAt >= coolDownMs) {
      this.#triedAt = this.#now();
      this.#pending = this.#read().finally(() => (this.#pending = undefined));
    }
    await this.#pending;
  }

  async #read(): Promise<void> {
    const { issuer, log } = this.#options;
    const [name] = issuer.issuers;
    try {
      this.#keys = await readKeys(issuer);
      this.#readAt = this.#now();
      if (this.#failed) log.info({ issuer: name }, 'keys of an issuer can be read again');
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      const reason = error instanceof Error ? messageOf(error) : String(error);
      log.warn({ issuer: name, reason, held: this.#keys !== undefined }, 'keys of an issuer could not be read');
    }
  }

  #held(): KeyFinder {
    if (this.#keys === undefined || this.#now() - this.#readAt >= longestMs)
      throw new IssuerUnavailableError(this.#options.issuer.issuers[0]);
    return this.#keys;
  }

  #now(): number {
    return this.#options.now().getTime();
  }
}

/** Node's fetch tells the reason of a failure in its cause. */
function messageOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

async function readKeys({ discoveryUrl, issuers, allowHttp }: ExternalIssuer): Promise<KeyFinder> {
  const { issuer, jwks_uri: keysUrl } = await readJson(discoveryUrl);
  // Entra ID's document for all its tenants says {tenantid}.
  const said = typeof issuer === 'string' ? issuer.replace('{tenantid}', '{tid}') : '';
  if (!issuers.includes(said))
    throw new Error(
      `${discoveryUrl}: expected the discovery document of ${issuers.join(' or ')}, got that of "${said.slice(0, 200)}"`,
    );
  if (typeof keysUrl !== 'string' || !isTrustworthyUrl(keysUrl, allowHttp))
    throw new Error(
      `${discoveryUrl}: expected an https address as jwks_uri, got ${JSON.stringify(keysUrl)?.slice(0, 200)}`,
    );
  const { keys } = await readJson(keysUrl);
  const usable = Array.isArray(keys) ? keys.filter(isSignatureKey) : [];
  if (usable.length === 0) throw new Error(`${keysUrl}: expected public keys that sign, got none`);
  return createLocalJWKSet({ keys: usable } as JSONWebKeySet);
}

/** Secret keys have no place in a public document, and keys to encrypt with sign nothing. */
function isSignatureKey(key: unknown): boolean {
  if (typeof key !== 'object' || key === null || !('kty' in key)) return false;
  return ['RSA', 'EC', 'OKP'].includes(String(key.kty)) && (!('use' in key) || key.use === 'sig');
}

async function readJson(url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) throw new Error(`${url}: expected 200, got ${response.status}`);
  const text = await readText(response, url);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${url}: expected JSON, got other text`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${url}: expected a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

async function readText({ body }: Response, url: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    if (bytes > largestAnswer) throw new Error(`${url}: expected at most ${largestAnswer} bytes, got more`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
