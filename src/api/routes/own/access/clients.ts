import { allRoles } from '../../../../operations/roles.ts';
import { clientShape, clientsShape, issuedClientShape, newClientShape } from '../../../contract/own/client-shapes.ts';
import type { Caller } from '../../../auth/bearer.ts';
import { ApiError } from '../../../errors.ts';
import { idOf } from '../../route.ts';
import type { Route } from '../../route.ts';
import { readNewClient } from './read-new-client.ts';

const common = { roles: ['Client.ReadWrite.All'], tag: 'Access' } as const;

/** GET /v1/clients: the tenant's, revoked ones too; never a secret. */
export const listClients: Route = {
  ...common,
  method: 'GET',
  path: '/clients',
  summary: "The tenant's clients, and what the caller may give a new one.",
  answer: clientsShape,
  async handle(_request, _reply, { application, caller }) {
    requireWholeTenant(caller);
    const groups = application.listGroups(caller.tenant).map(({ name }) => name);
    return { clients: application.listClients(caller.tenant), roles: rolesToGive(caller), groups };
  },
};

/** POST /v1/clients: nobody gives what they do not have. */
export const createClient: Route = {
  ...common,
  method: 'POST',
  path: '/clients',
  summary: 'A new client; its secret is shown this once.',
  body: { description: 'Without roles: all that read.', types: { 'application/json': newClientShape } },
  answer: issuedClientShape,
  async handle(request, reply, { application, caller }) {
    requireWholeTenant(caller);
    const { name, roles, groups } = readNewClient(request.body);
    const lacking = roles.filter((role) => !caller.roles.has(role));
    if (lacking.length > 0)
      throw new ApiError(403, 'Forbidden', `Expected roles that the caller has, got ${lacking.join(', ')}.`);
    reply.header('cache-control', 'no-store');
    const made = await application.createClient(caller.tenant, name, roles, {
      by: caller.clientId,
      ...(groups === undefined ? {} : { groups }),
    });
    return { tenantId: made.tenantId, clientId: made.clientId, clientSecret: made.clientSecret };
  },
};

/** DELETE /v1/clients/{id}: its tokens and sessions end at once; the client stays in the list, revoked. */
export const revokeClient: Route = {
  ...common,
  method: 'DELETE',
  path: '/clients/:id',
  summary: 'Revokes a client: its tokens and sessions end.',
  answer: clientShape,
  async handle(request, _reply, { application, caller }) {
    requireWholeTenant(caller);
    return application.revokeClient(caller.tenant, idOf(request), caller.clientId);
  },
};

function rolesToGive({ roles }: Caller): readonly string[] {
  return allRoles.filter((role) => roles.has(role));
}

/** @throws {ApiError} 403 for who sees some device groups only: what they make must not see more. */
function requireWholeTenant({ groups }: Caller): void {
  if (groups !== null)
    throw new ApiError(403, 'Forbidden', 'The client is bound to device groups; clients are of the whole tenant.');
}
