import { once } from 'node:events';
import { hash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

interface ProviderKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** How the provider answers: as it should, not at all, or with something that is no answer. */
type Mood = 'well' | 'down' | 'error' | 'html' | 'no-keys' | 'other-issuer' | 'huge' | 'redirect';

/** An OpenID provider on loopback: it signs tokens, rotates its keys, goes down and serves rubbish. */
export class OpenIdProvider {
  mood: Mood = 'well';
  /** Questions for the discovery document. */
  asked = 0;
  /** Shown beside the real keys. */
  readonly strangeKeys: JWK[] = [];
  /** Instead of the address, where it is called otherwise. */
  issuer = '';
  /** Where its document says that its keys are, where that is not its own address. */
  shownAddress: string | undefined;
  /** Who signs in next: claims of the ID token beside those of the protocol. */
  user: JWTPayload = { sub: 'user-1' };
  readonly #codes = new Map<string, Readonly<Record<string, string>>>();
  readonly #server: Server;
  #keys: readonly ProviderKey[] = [];
  #made = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const url = request.url ?? '';
      if (url.endsWith('/token') && this.mood === 'well') void this.#giveTokens(request, response);
      else if (url.includes('/authorize?'))
        response.writeHead(303, { location: this.signIn(new URL(url, this.address).href).href }).end();
      else this.#answer(url, response);
    });
  }

  static async start(alg = 'RS256'): Promise<OpenIdProvider> {
    const provider = new OpenIdProvider();
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    provider.issuer = provider.address;
    await provider.rotate(alg);
    return provider;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/realms/fleet`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** A new key; the ones from before are no longer shown. */
  async rotate(alg = 'RS256'): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const kid = `key-${(this.#made += 1)}`;
    this.#keys = [{ kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }];
  }

  get publicJwk(): JWK {
    return this.#key.publicJwk;
  }

  /** Signed with the newest key; a claim that is `undefined` is left out. */
  async sign(claims: JWTPayload, { typ = 'JWT' }: { readonly typ?: string } = {}): Promise<string> {
    const { kid, alg, privateKey } = this.#key;
    return new SignJWT({ iss: this.issuer, ...claims }).setProtectedHeader({ alg, kid, typ }).sign(privateKey);
  }

  /** What a browser does there: somebody signs in, and is sent back with a code. */
  signIn(address: string): URL {
    const asked = new URL(address);
    const code = randomUUID();
    this.#codes.set(code, Object.fromEntries(asked.searchParams));
    const back = new URL(asked.searchParams.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code, state: asked.searchParams.get('state') ?? '' }).toString();
    return back;
  }

  /** Tokens for a code, once, where the verifier fits the challenge. */
  async #giveTokens(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const asked = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const fits =
      asked !== undefined &&
      asked['code_challenge'] === hash('sha256', form.get('code_verifier') ?? '', 'base64url') &&
      asked['redirect_uri'] === form.get('redirect_uri');
    const now = Math.floor(Date.now() / 1000);
    const claims = { iat: now, exp: now + 300, aud: asked?.['client_id'], nonce: asked?.['nonce'], ...this.user };
    const body = fits
      ? {
          access_token: 'opaque',
          token_type: 'Bearer',
          expires_in: 300,
          id_token: await this.sign(claims as JWTPayload),
        }
      : { error: 'invalid_grant' };
    response.writeHead(fits ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  get #key(): ProviderKey {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('the provider has no key');
    return key;
  }

  #answer(url: string, response: ServerResponse): void {
    const json = (body: unknown): unknown =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.endsWith('/.well-known/openid-configuration')) this.asked += 1;
    if (this.mood === 'down') response.destroy();
    else if (this.mood === 'error') response.writeHead(500).end();
    else if (this.mood === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
    else if (this.mood === 'huge') response.writeHead(200).end(`{"x":"${'x'.repeat(2_000_000)}"}`);
    else if (this.mood === 'redirect') response.writeHead(302, { location: `${this.address}/keys` }).end();
    else if (url.endsWith('/.well-known/openid-configuration'))
      json({
        issuer: this.mood === 'other-issuer' ? 'https://elsewhere.example' : this.issuer,
        jwks_uri: `${this.shownAddress ?? this.address}/keys`,
        authorization_endpoint: `${this.address}/authorize`,
        token_endpoint: `${this.address}/token`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: [this.#key.alg],
        code_challenge_methods_supported: ['S256'],
      });
    else
      json({ keys: this.mood === 'no-keys' ? [] : [...this.strangeKeys, ...this.#keys.map((key) => key.publicJwk)] });
  }
}
