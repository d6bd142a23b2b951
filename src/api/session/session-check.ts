import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Application } from '../../operations/application.ts';
import type { Session } from '../../operations/sessions.ts';
import { localOperatorClientId } from '../auth/issue-token.ts';
import type { Caller } from '../auth/bearer.ts';
import { ApiError } from '../errors.ts';
import { sessionSecretOf } from './session-cookie.ts';

/** What a page sends with everything that writes; `GET /v1/session` gives the value. */
const csrfHeader = 'x-kbgap-csrf';

/** Takes the session's cookie where a request has no bearer token. */
export class SessionCheck {
  readonly #application: Application;
  readonly #isSecure: (request: FastifyRequest) => boolean;

  constructor(application: Application, isSecure: (request: FastifyRequest) => boolean) {
    this.#application = application;
    this.#isSecure = isSecure;
  }

  /** `undefined` where nobody is signed in. */
  find(request: FastifyRequest): { readonly session: Session; readonly secret: string } | undefined {
    const secret = sessionSecretOf(request, this.#isSecure(request));
    const session = secret === undefined ? undefined : this.#application.sessions.find(secret);
    return secret === undefined || session === undefined ? undefined : { session, secret };
  }

  /** As `find`, also where another node of a shared database signed them in a moment ago. */
  async findAnywhere(request: FastifyRequest): Promise<ReturnType<SessionCheck['find']>> {
    const found = this.find(request);
    if (found !== undefined || sessionSecretOf(request, this.#isSecure(request)) === undefined) return found;
    await this.#application.catchUp();
    return this.find(request);
  }

  /** `undefined` where nobody is signed in. @throws {ApiError} 403 for a write without the header that no other site can send. */
  authenticate(request: FastifyRequest): Caller | undefined {
    const found = this.find(request);
    if (found === undefined) return undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD') requireCsrf(request, found.secret);
    return callerOf(found.session);
  }
}

/** @throws {ApiError} 403 */
export function requireCsrf(request: FastifyRequest, secret: string): void {
  const given = request.headers[csrfHeader];
  const expected = Buffer.from(csrfOf(secret));
  const got = Buffer.from(typeof given === 'string' ? given : '');
  if (got.length !== expected.length || !timingSafeEqual(got, expected))
    throw new ApiError(403, 'Forbidden', `Expected the header X-Kbgap-Csrf with the value of GET /v1/session.`);
}

/** Bound to the session, and tells nothing of its secret. */
export function csrfOf(secret: string): string {
  return hash('sha256', `csrf ${secret}`, 'base64url');
}

function callerOf({ scope, holder, holderId, roles }: Session): Caller {
  const clientId = holder === 'operator' ? localOperatorClientId : holderId;
  return { ...scope, clientId, roles: new Set(roles) };
}
