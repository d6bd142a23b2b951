import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Application } from '../../operations/application.ts';
import type { Scope } from '../../operations/scope.ts';
import { ApiError } from '../errors.ts';
import type { SessionCheck } from '../session/session-check.ts';
import { isAudience } from './audiences.ts';
import { localOperatorClientId } from './issue-token.ts';
import type { ExternalTokens } from './external-tokens.ts';
import { OwnTokens } from './own-tokens.ts';
import { IssuerUnavailableError } from './provider-keys.ts';
import type { VerifiedClaims } from './verified-claims.ts';

/** Who sends a request, and which devices of the tenant are seen: what every operation that reads devices is given. */
export interface Caller extends Scope {
  readonly clientId: string;
  readonly roles: ReadonlySet<string>;
}

interface VerifiedToken extends Omit<VerifiedClaims, 'tenant' | 'roles'> {
  readonly tenantId: string;
  readonly roles: ReadonlySet<string>;
}

/** Roles that include others. */
const implied: Readonly<Record<string, readonly string[]>> = {
  'Machine.ReadWrite.All': ['Machine.Read.All'],
  'Machine.ReadWrite': ['Machine.Read'],
};

/**
 * Checks bearer tokens. Verified ones are kept by their hash until they expire, since verifying a signature costs as much
 * as ten requests; whether the client is still active, and what it may see, is asked every time.
 */
export class BearerCheck {
  private readonly application: Application;
  private readonly now: () => Date;
  private readonly ownOrigins: (request: FastifyRequest) => readonly string[];
  private readonly verified = new LRUCache<string, VerifiedToken>({ max: 20_000 });
  private readonly own: OwnTokens;
  private readonly external: ExternalTokens | undefined;
  private readonly sessions: SessionCheck | undefined;

  constructor(
    application: Application,
    now: () => Date,
    {
      ownOrigins,
      external,
      sessions,
    }: {
      readonly ownOrigins: (request: FastifyRequest) => readonly string[];
      readonly external?: ExternalTokens | undefined;
      /** Without it only tokens open anything. */
      readonly sessions?: SessionCheck;
    },
  ) {
    this.application = application;
    this.now = now;
    this.ownOrigins = ownOrigins;
    this.own = new OwnTokens(application, now);
    this.external = external;
    this.sessions = sessions;
  }

  /**
   * By the token, or without one by the page's session; also one that another node of a shared database gave a moment ago.
   * @throws {ApiError} 401 without either, or with one that is not (or no longer) good here; 503 where that cannot be known.
   */
  async authenticate(request: FastifyRequest): Promise<Caller> {
    try {
      return await this.check(request);
    } catch (error) {
      const { authorization, cookie } = request.headers;
      const isGiven = authorization !== undefined || cookie !== undefined;
      const isRefused = error instanceof ApiError && error.status === 401;
      const catchingUp = isGiven && isRefused ? this.application.catchUp() : undefined;
      if (catchingUp === undefined) throw error;
      await catchingUp;
      return this.checkAgain(request);
    }
  }

  /** Of a database that does not answer nobody knows what it holds: 401 would make clients throw away what is good. */
  private async checkAgain(request: FastifyRequest): Promise<Caller> {
    try {
      return await this.check(request);
    } catch (error) {
      const trouble = this.application.findTrouble();
      if (trouble === undefined) throw error;
      throw new ApiError(
        503,
        'ServiceUnavailable',
        'Whether the token is good cannot be told: the store does not answer.',
        {
          cause: error,
        },
      );
    }
  }

  private async check(request: FastifyRequest): Promise<Caller> {
    const { authorization } = request.headers;
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i.exec(authorization ?? '')?.[1];
    const signedIn = authorization === undefined ? this.sessions?.authenticate(request) : undefined;
    if (signedIn !== undefined) return signedIn;
    if (token === undefined) throw unauthorized('The request has no bearer token.');
    const name = hash('sha256', token);
    const known = this.verified.get(name);
    const at = this.now().getTime();
    const verified = known !== undefined && at < known.checkedUntil ? known : await this.verify(token);
    if (verified.expiresAt <= at) {
      this.verified.delete(name);
      throw unauthorized('The token has expired.');
    }
    if (verified.audience !== undefined && !isAudience(verified.audience, this.ownOrigins(request)))
      throw unauthorized('The token is for another resource.');
    const scope = this.scopeOf(verified);
    this.verified.set(name, verified);
    return { ...scope, clientId: verified.clientId, roles: verified.roles };
  }

  /** What it opens now: a client may have been revoked, and a key dropped, since the token was issued. */
  private scopeOf({ ownKeyId, clientId, tenantId }: VerifiedToken): Scope {
    if (ownKeyId !== undefined && !this.own.isGood(ownKeyId))
      throw unauthorized('The key of this token is no longer in use.');
    const isOwnClient = ownKeyId !== undefined && clientId !== localOperatorClientId;
    const scope = this.application.findScope(tenantId, isOwnClient ? clientId : null);
    if (scope === undefined) throw unauthorized('The client of this token was revoked, or its tenant is gone.');
    return scope;
  }

  private async verify(token: string): Promise<VerifiedToken> {
    try {
      const claims = (await this.external?.verify(token)) ?? (await this.own.verify(token));
      return {
        ...claims,
        tenantId: this.application.getTenant(claims.tenant).id,
        roles: new Set(claims.roles.flatMap((role) => [role, ...(implied[role] ?? [])])),
      };
    } catch (error) {
      if (error instanceof IssuerUnavailableError) throw error;
      throw unauthorized('The token is not valid here.', error);
    }
  }
}

/** @throws {ApiError} 403 in the wording that clients search for, where the caller has none of the roles. */
export function requireRole(caller: Caller, required: readonly string[]): void {
  if (required.length === 0 || required.some((role) => caller.roles.has(role))) return;
  const application = required.filter((role) => role.endsWith('.All'));
  const held = [...caller.roles].join(',');
  throw new ApiError(
    403,
    'Forbidden',
    `Missing application roles. API required roles: ${application.join(',')}, application roles: ${held}.`,
  );
}

function unauthorized(message: string, cause?: unknown): ApiError {
  return new ApiError(401, 'Unauthorized', message, { cause });
}
