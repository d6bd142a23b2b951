import Type from 'typebox';
import { flag, instant, list, orNull, part, shape, text } from './shape.ts';

const client = {
  clientId: text('GUID.'),
  name: text(),
  roles: list(text()),
  groups: orNull(list(text(), 'Names of the device groups that it sees; `null`: all devices.')),
  createdAt: instant,
  revokedAt: orNull(instant),
};

export const clientShape = shape('Client', client);

/** GET /v1/clients */
export const clientsShape = shape('Clients', {
  clients: list(clientShape, 'Revoked ones too, oldest first.'),
  roles: list(text(), 'Roles that the caller may give.'),
  groups: list(text(), 'Device groups of the tenant.'),
});

/** Body of POST /v1/clients */
export const newClientShape = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    roles: Type.Optional(Type.Array(Type.String())),
    groups: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
  },
  { title: 'NewClient', additionalProperties: false },
);

/** POST /v1/clients */
export const issuedClientShape = shape('IssuedClient', {
  tenantId: text(),
  clientId: text(),
  clientSecret: text('Shown this once.'),
});

/** GET /v1/tokens */
export const tokensShape = shape('Tokens', {
  lifetimeSeconds: Type.Integer(),
  keys: list(part({ kid: text(), createdAt: instant, signs: flag('Whether new tokens are signed with it.') })),
});
