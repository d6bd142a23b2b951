import { tokenLifetimeSeconds } from '../../../../operations/token-keys.ts';
import { tokensShape } from '../../../contract/own/client-shapes.ts';
import type { Route } from '../../route.ts';

/** GET /v1/tokens: how long they live and by which keys. Tokens are not kept, so that there is no list of them. */
export const listTokens: Route = {
  method: 'GET',
  path: '/tokens',
  roles: ['Client.ReadWrite.All'],
  tag: 'Access',
  summary: 'How long tokens live, and the keys by which they are good.',
  answer: tokensShape,
  async handle(_request, _reply, { application }) {
    const held = await application.listTokenKeys();
    const keys = held.map(({ kid, createdAt, use }) => ({ kid, createdAt, signs: use === 'signing' }));
    return { lifetimeSeconds: tokenLifetimeSeconds, keys };
  },
};
