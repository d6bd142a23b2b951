import { createPublicKey, hash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Application } from '../../operations/application.ts';
import type { Scope } from '../../operations/scope.ts';
import { ApiError } from '../errors.ts';
import { isAudience } from './audiences.ts';
import { localOperatorClientId } from './issue-token.ts';

/** Who sends a request, and which devices of the tenant are seen: what every operation that reads devices is given. */
export interface Caller extends Scope {
  readonly clientId: string;
  readonly roles: ReadonlySet<string>;
}

interface VerifiedToken {
  readonly tenantId: string;
  readonly clientId: string;
  readonly roles: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly audience: string;
  /** One of Defender's: good at whatever address this server is asked. */
  readonly knownAudience: boolean;
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
  private key: { readonly kid: string; readonly key: KeyObject } | undefined;

  constructor(application: Application, now: () => Date, ownOrigins: (request: FastifyRequest) => readonly string[]) {
    this.application = application;
    this.now = now;
    this.ownOrigins = ownOrigins;
  }

  /** @throws {ApiError} 401 without a token, or with one that is not (or no longer) good here. */
  async authenticate(request: FastifyRequest): Promise<Caller> {
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized('The request has no bearer token.');
    const name = hash('sha256', token);
    const verified = this.verified.get(name) ?? (await this.verify(token));
    if (verified.expiresAt <= this.now().getTime()) {
      this.verified.delete(name);
      throw unauthorized('The token has expired.');
    }
    if (!isAudience(verified.audience, this.ownOrigins(request)))
      throw unauthorized('The token is for another resource.');
    const { tenantId, clientId, roles } = verified;
    const scope = this.application.findScope(tenantId, clientId === localOperatorClientId ? null : clientId);
    if (scope === undefined) throw unauthorized('The client of this token was revoked, or its tenant is gone.');
    this.verified.set(name, verified);
    return { ...scope, clientId, roles };
  }

  private async verify(token: string): Promise<VerifiedToken> {
    try {
      const { payload } = await jwtVerify(token, this.publicKey(), {
        algorithms: ['RS256'],
        currentDate: this.now(),
        requiredClaims: ['exp', 'aud', 'iss'],
      });
      const { tid, appid, aud, exp = 0, iss = '' } = payload;
      if (
        typeof tid !== 'string' ||
        typeof appid !== 'string' ||
        typeof aud !== 'string' ||
        !iss.endsWith(`/${tid}/v2.0`)
      ) {
        throw new Error('claims are missing');
      }
      const roles = [...listOf(payload['roles']), ...textOf(payload['scp']).split(' ')].filter((role) => role !== '');
      return {
        tenantId: this.application.getTenant(tid).id,
        clientId: appid,
        roles: new Set(roles.flatMap((role) => [role, ...(implied[role] ?? [])])),
        expiresAt: exp * 1000,
        audience: aud,
        knownAudience: isAudience(aud, []),
      };
    } catch (error) {
      throw unauthorized('The token is not valid here.', error);
    }
  }

  private publicKey(): KeyObject {
    const { kid, publicKeyPem } = this.application.getSigningKey();
    if (this.key?.kid !== kid) this.key = { kid, key: createPublicKey(publicKeyPem) };
    return this.key.key;
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

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
