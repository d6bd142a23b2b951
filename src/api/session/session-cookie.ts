import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The cookie of a session. The prefix binds it to this host and to https; over plain HTTP browsers refuse it. */
function cookieName(isSecure: boolean): string {
  return isSecure ? '__Host-kbgap-session' : 'kbgap-session';
}

/** The secret of a request's session. `undefined` without one, and where another site made the browser send it. */
export function sessionSecretOf(request: FastifyRequest, isSecure: boolean): string | undefined {
  const { cookie, 'sec-fetch-site': site } = request.headers;
  if (cookie === undefined || site === 'cross-site' || site === 'same-site') return undefined;
  const secret = parseCookie(cookie)[cookieName(isSecure)];
  return secret === undefined || secret === '' ? undefined : secret;
}

export function setSessionCookie(
  reply: FastifyReply,
  { secret, expiresAt }: { readonly secret: string; readonly expiresAt: string },
  isSecure: boolean,
): void {
  addCookie(reply, cookieName(isSecure), secret, { isSecure, sameSite: 'strict', expires: new Date(expiresAt) });
}

export function clearSessionCookie(reply: FastifyReply, isSecure: boolean): void {
  addCookie(reply, cookieName(isSecure), '', { isSecure, sameSite: 'strict', expires: new Date(0) });
}

/** Seen by no script, and sent to no other host. */
export function addCookie(
  reply: FastifyReply,
  name: string,
  value: string,
  {
    isSecure,
    sameSite,
    expires,
  }: { readonly isSecure: boolean; readonly sameSite: 'strict' | 'lax'; readonly expires: Date },
): void {
  const held = reply.getHeader('set-cookie');
  const others = held === undefined ? [] : Array.isArray(held) ? held : [String(held)];
  const cookie = stringifySetCookie({ name, value, path: '/', httpOnly: true, secure: isSecure, sameSite, expires });
  reply.removeHeader('set-cookie');
  reply.header('set-cookie', [...others, cookie]);
}
