import type { Application } from '../../operations/application.ts';
import type { ClientCredentials } from '../../operations/clients.ts';
import type { Tenant } from '../../store/store.ts';
import type { GuessThrottle } from './guess-throttle.ts';
import { guid } from './guid.ts';
import { TokenRefusal } from './token-refusal.ts';

export interface Attempt {
  readonly application: Application;
  readonly throttle: GuessThrottle;
  /** Where the attempt comes from. */
  readonly address: string;
  readonly at: Date;
}

/** @throws {TokenRefusal} where id and secret do not fit, or too many have been tried. */
export function checkClient(
  tenant: Tenant,
  credentials: ClientCredentials,
  { application, throttle, address, at }: Attempt,
): { readonly clientId: string; readonly roles: readonly string[] } {
  const name = `${tenant.id} ${credentials.clientId.toLowerCase().slice(0, 100)}`;
  const leave = throttle.enter(name, address, at.getTime());
  if (leave.kind === 'blocked') throw tooMany(leave.retrySeconds);
  const client = application.findClient(tenant, credentials); // the same work whether the client exists or not
  if (client !== undefined) {
    throttle.countRight(name, address);
    return client;
  }
  throttle.countWrong(name, address, at.getTime());
  if (leave.kind === 'only-right') throw tooMany(leave.retrySeconds);
  // A text that is no GUID may be a secret in the wrong field: it is not sent back.
  const shown = guid.test(credentials.clientId) ? `'${credentials.clientId}'` : 'of the request';
  const known = application.describeClient(tenant, credentials.clientId);
  if (known === 'unknown')
    throw new TokenRefusal(
      'unknown-client',
      `Application with identifier ${shown} was not found in the directory '${tenant.name}'.`,
    );
  if (known === 'revoked')
    throw new TokenRefusal('revoked-client', `The provided client secret keys for app ${shown} are revoked.`);
  throw new TokenRefusal(
    'wrong-secret',
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app ${shown}.`,
  );
}

function tooMany(retrySeconds: number): TokenRefusal {
  return new TokenRefusal('too-many-attempts', 'There were too many wrong secrets; try again later.', { retrySeconds });
}
