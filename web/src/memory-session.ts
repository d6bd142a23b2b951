import { HttpError } from './api/http-error.ts';
import type { Session } from './session.ts';

/** Where the server has no sessions: a bearer token of the default tenant, kept in memory until the page is left. */
interface Held extends Session {
  readonly token: string;
}

let held: Held | null = null;

export const memorySession = {
  get current(): Session | null {
    return held;
  },

  /** @throws {HttpError} */
  async signIn(clientId: string, clientSecret: string): Promise<Session> {
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${window.location.origin}/.default`,
    };
    const response = await fetch('/default/oauth2/v2.0/token', { method: 'POST', body: new URLSearchParams(form) });
    const answer = (await response.json()) as { readonly access_token?: string; readonly error_description?: string };
    if (answer.access_token === undefined)
      throw new HttpError(response.status, 'Unauthorized', answer.error_description ?? response.statusText);
    held = { token: answer.access_token, tenant: 'default', name: clientId, roles: rolesOf(answer.access_token) };
    return held;
  },

  end(): void {
    held = null;
  },

  headers(): Readonly<Record<string, string>> {
    return held === null ? {} : { Authorization: `Bearer ${held.token}` };
  },
};

/** The claim of our own token; the server checks it, the page only hides what would be refused. */
function rolesOf(token: string): readonly string[] {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const { roles = [] } = JSON.parse(atob(payload)) as { readonly roles?: readonly string[] };
  return roles;
}
