import { hkdfSync } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SignJWT, jwtVerify } from 'jose';
import { parseCookie } from 'cookie';
import * as openid from 'openid-client';
import type { Application } from '../../operations/application.ts';
import type { SessionUser } from '../../operations/sessions.ts';
import type { Tenant } from '../../store/store.ts';
import type { ExternalIssuer, SignIn } from '../auth/external-issuer.ts';
import { rolesOf, tenantOf } from '../auth/external-tokens.ts';
import { refuseOthers } from '../register-routes.ts';
import { addCookie, setSessionCookie } from './session-cookie.ts';

export interface OpenIdSignInOptions {
  readonly application: Application;
  readonly issuers: readonly ExternalIssuer[];
  readonly now: () => Date;
  readonly baseUrlOf: (request: FastifyRequest) => string;
  readonly isSecure: (request: FastifyRequest) => boolean;
}

/** Seconds that somebody may take at the provider. */
const patienceSeconds = 600;

/** Seconds that a provider may take for an answer. */
const providerTimeoutSeconds = 10;

interface Provider {
  readonly issuer: ExternalIssuer;
  readonly signIn: SignIn;
}

/** What is remembered in the browser while somebody is at the provider. */
interface Pending {
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where the page was. */
  readonly back: string;
}

/**
 * Signs people in to the page by OpenID Connect: authorization code with PKCE (RFC 7636), state and nonce. Which tenant and roles they get
 * is read from the ID token by the issuer's own rules, as from its access tokens.
 */
export function registerOpenIdSignIn(server: FastifyInstance, options: OpenIdSignInOptions): void {
  const { application, issuers, baseUrlOf, isSecure } = options;
  const providers = new Map(
    issuers.flatMap((issuer) =>
      issuer.signIn === undefined ? [] : [[issuer.signIn.id, { issuer, signIn: issuer.signIn }] as const],
    ),
  );
  const configurations = new Configurations();

  server.get('/v1/session/providers', async (_request, reply) => {
    const list = [...providers.values()].map(({ signIn: { id, name } }) => ({
      id,
      name,
      start: `/v1/session/start/${encodeURIComponent(id)}`,
    }));
    return reply.header('cache-control', 'no-store').send({ providers: list });
  });
  refuseOthers(server, '/v1/session/providers', 'GET');

  server.get('/v1/session/start/:id', async (request, reply) => {
    const provider = providerOf(request);
    if (provider === undefined) return failed(reply, 'provider');
    try {
      const pending: Pending = {
        provider: provider.signIn.id,
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        verifier: openid.randomPKCECodeVerifier(),
        back: backOf(request),
      };
      const configuration = await configurations.get(provider);
      const address = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: callbackOf(request),
        scope: provider.signIn.scope,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      });
      await remember(request, reply, pending);
      return reply.header('cache-control', 'no-store').redirect(address.href, 303);
    } catch (error) {
      request.log.warn({ err: error, provider: provider.signIn.id }, 'nobody could be sent to the provider');
      return failed(reply, 'provider');
    }
  });
  refuseOthers(server, '/v1/session/start/:id', 'GET');

  server.get('/v1/session/callback', async (request, reply) => {
    const pending = await recall(request);
    forget(request, reply);
    const provider = pending === undefined ? undefined : providers.get(pending.provider);
    if (pending === undefined || provider === undefined) return failed(reply, 'expired');
    try {
      const claims = await claimsFor(request, provider, pending);
      const { tenant, user } = toUser(claims, provider.issuer);
      if (user.roles.length === 0) return failed(reply, 'no-role');
      setSessionCookie(reply, await application.sessions.start(tenant, user), isSecure(request));
      return reply.header('cache-control', 'no-store').redirect(pending.back, 303);
    } catch (error) {
      request.log.warn({ err: describeFailure(error), provider: provider.signIn.id }, 'a sign-in did not succeed');
      return failed(reply, 'provider');
    }
  });
  refuseOthers(server, '/v1/session/callback', 'GET');

  function providerOf(request: FastifyRequest): Provider | undefined {
    const { id = '' } = request.params as { readonly id?: string };
    return providers.get(id);
  }

  function callbackOf(request: FastifyRequest): string {
    return `${baseUrlOf(request)}/v1/session/callback`;
  }

  /** Exchanges the code; signature, issuer, audience, nonce and times of the ID token are checked by the library. */
  async function claimsFor(
    request: FastifyRequest,
    provider: Provider,
    { state, nonce, verifier }: Pending,
  ): Promise<openid.IDToken> {
    const query = request.url.split('?', 2)[1] ?? '';
    const tokens = await openid.authorizationCodeGrant(
      await configurations.get(provider),
      new URL(`${callbackOf(request)}?${query}`),
      { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
    );
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('expected an ID token');
    return claims;
  }

  function toUser(
    claims: openid.IDToken,
    issuer: ExternalIssuer,
  ): { readonly tenant: Tenant; readonly user: SessionUser } {
    const tenant = application.getTenant(tenantOf(claims, issuer));
    const names = [claims['preferred_username'], claims['email'], claims['name'], claims.sub];
    const name = names.find((each): each is string => typeof each === 'string' && each !== '') ?? claims.sub;
    const user = { holder: 'external', holderId: claims.sub, name, roles: rolesOf(claims, issuer) } as const;
    return { tenant, user };
  }

  async function remember(request: FastifyRequest, reply: FastifyReply, pending: Pending): Promise<void> {
    const expires = Math.floor(options.now().getTime() / 1000) + patienceSeconds;
    const value = await new SignJWT({ ...pending })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(expires)
      .sign(await secretOf(application));
    // Lax: the way back from the provider begins at another site.
    addCookie(reply, pendingCookie, value, {
      isSecure: isSecure(request),
      sameSite: 'lax',
      expires: new Date(expires * 1000),
    });
  }

  async function recall(request: FastifyRequest): Promise<Pending | undefined> {
    const value = parseCookie(request.headers.cookie ?? '')[pendingCookie];
    if (value === undefined || value === '') return undefined;
    try {
      const { payload } = await jwtVerify(value, await secretOf(application), {
        algorithms: ['HS256'],
        currentDate: options.now(),
        requiredClaims: ['exp', 'provider', 'state', 'nonce', 'verifier', 'back'],
      });
      return payload as unknown as Pending; // what is signed was written by `remember`
    } catch {
      return undefined;
    }
  }

  function forget(request: FastifyRequest, reply: FastifyReply): void {
    addCookie(reply, pendingCookie, '', { isSecure: isSecure(request), sameSite: 'lax', expires: new Date(0) });
  }
}

const pendingCookie = 'kbgap-sign-in';

/** Each provider's addresses, read when somebody first signs in by it, and again where that failed. */
class Configurations {
  readonly #known = new Map<string, Promise<openid.Configuration>>();

  get({ issuer, signIn }: Provider): Promise<openid.Configuration> {
    const known = this.#known.get(signIn.id);
    if (known !== undefined) return known;
    const { clientId, clientSecret } = signIn;
    const found = openid.discovery(
      new URL(issuer.discoveryUrl),
      clientId,
      clientSecret === undefined ? undefined : { client_secret: clientSecret },
      clientSecret === undefined ? openid.None() : undefined,
      {
        timeout: providerTimeoutSeconds,
        execute: [
          openid.enableNonRepudiationChecks,
          ...(new URL(issuer.discoveryUrl).protocol === 'http:' ? [openid.allowInsecureRequests] : []),
        ],
      },
    );
    this.#known.set(signIn.id, found);
    found.catch(() => this.#known.delete(signIn.id));
    return found;
  }
}

/** For cookies of this data folder: every process of it has the key. */
async function secretOf(application: Application): Promise<Uint8Array> {
  const { privateKeyPem } = await application.getSigningKey();
  return new Uint8Array(hkdfSync('sha256', privateKeyPem, '', 'kbgap sign-in', 32));
}

/** A path of this server alone: an address of another must not be reached through ours. */
function backOf(request: FastifyRequest): string {
  const { back } = request.query as { readonly back?: unknown };
  return typeof back === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(back) && back.length <= 2000 ? back : '/';
}

function failed(reply: FastifyReply, why: 'provider' | 'expired' | 'no-role'): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(`/sign-in?failed=${why}`, 303);
}

/** Without what the provider sent along: it may hold a code or token. */
function describeFailure(error: unknown): object {
  if (!(error instanceof Error)) return { message: 'unknown' };
  const { name, message } = error;
  return { name, message, code: 'code' in error ? error.code : undefined };
}
