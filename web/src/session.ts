import { errorOf } from './api/http-error.ts';
import { memorySession } from './memory-session.ts';

/** Who is signed in. */
export interface Session {
  readonly tenant: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** What `/v1/session` answers: who am I, and what every request that writes must carry. */
interface SessionAnswer extends Session {
  readonly csrfToken: string;
}

/** An OpenID provider that people can sign in with. */
export interface Provider {
  readonly name: string;
  /** An address of this server that leads there. */
  readonly start: string;
}

const path = '/v1/session';

/** Kept by this module alone, never in storage or in an address. The session itself is a cookie that no script sees. */
let csrfToken: string | undefined;

/** Who is signed in, or `null`. @throws {HttpError} where the server cannot say. */
export async function findSession(): Promise<Session | null> {
  if (memorySession.current !== null) return memorySession.current;
  const response = await fetch(path, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
  if (response.status === 401 || response.status === 404) return null;
  if (!response.ok) throw await errorOf(response);
  return remember((await response.json()) as SessionAnswer);
}

/** @throws {HttpError} 401 where id and secret do not fit. */
export async function signIn(clientId: string, clientSecret: string): Promise<Session> {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ client_id: clientId, client_secret: clientSecret }),
  });
  if (response.status === 404) return await memorySession.signIn(clientId, clientSecret);
  if (!response.ok) throw await errorOf(response);
  return remember((await response.json()) as SessionAnswer);
}

export async function signOut(): Promise<void> {
  if (memorySession.current !== null) memorySession.end();
  else await fetch(path, { method: 'DELETE', credentials: 'same-origin', headers: sessionHeaders('DELETE') });
  csrfToken = undefined;
}

/** None where the server knows none. */
export async function listProviders(): Promise<readonly Provider[]> {
  const response = await fetch(`${path}/providers`, { headers: { Accept: 'application/json' } });
  if (!response.ok) return [];
  return ((await response.json()) as { readonly providers: readonly Provider[] }).providers;
}

/** What a request carries beside the cookie. */
export function sessionHeaders(method: string): Readonly<Record<string, string>> {
  if (memorySession.current !== null) return memorySession.headers();
  return method === 'GET' || csrfToken === undefined ? {} : { 'X-Kbgap-Csrf': csrfToken };
}

/** Whether a plain link to `/v1` is answered: by the cookie it is, by a header of ours it is not. */
export function linksCarrySession(): boolean {
  return memorySession.current === null;
}

function remember({ csrfToken: token, tenant, name, roles }: SessionAnswer): Session {
  csrfToken = token;
  return { tenant, name, roles };
}
