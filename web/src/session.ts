import { errorOf } from './api/http-error.ts';

/** Who is signed in. */
export interface Session {
  readonly tenant: { readonly id: string; readonly name: string };
  readonly name: string;
  readonly roles: readonly string[];
}

/** What `/v1/session` answers: who am I, and what every request that writes must carry. */
interface SessionAnswer extends Session {
  readonly csrf: string;
}

/** An OpenID provider that people can sign in with. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** A path of this server that leads there. */
  readonly start: string;
}

const path = '/v1/session';

/** Kept by this module alone, never in storage or in an address. The session itself is a cookie that no script sees. */
let csrf: string | undefined;

/** Who is signed in, or `null`. @throws {HttpError} where the server cannot say. */
export async function findSession(): Promise<Session | null> {
  const response = await fetch(path, { headers: { Accept: 'application/json' } });
  if (response.status === 401) {
    await response.body?.cancel(); // else the browser waits for somebody to read it
    return null;
  }
  if (!response.ok) throw await errorOf(response);
  return remember((await response.json()) as SessionAnswer);
}

/** @throws {HttpError} 401 where id and secret do not fit, 429 after too many that did not. */
export async function signIn(clientId: string, clientSecret: string): Promise<Session> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ client_id: clientId, client_secret: clientSecret }),
  });
  if (!response.ok) throw await errorOf(response);
  return remember((await response.json()) as SessionAnswer);
}

/** @throws {HttpError} where the session may not have ended. */
export async function signOut(): Promise<void> {
  const response = await fetch(path, { method: 'DELETE', headers: sessionHeaders('DELETE') });
  if (!response.ok && response.status !== 401) throw await errorOf(response);
  csrf = undefined;
}

/** None where the server knows none. */
export async function listProviders(): Promise<readonly Provider[]> {
  const response = await fetch(`${path}/providers`, { headers: { Accept: 'application/json' } });
  if (!response.ok) return [];
  return ((await response.json()) as { readonly providers: readonly Provider[] }).providers;
}

/** What a request carries beside the cookie. */
export function sessionHeaders(method: string): Readonly<Record<string, string>> {
  return method === 'GET' || csrf === undefined ? {} : { 'X-Kbgap-Csrf': csrf };
}

function remember({ csrf: given, tenant, name, roles }: SessionAnswer): Session {
  csrf = given;
  return { tenant, name, roles };
}
