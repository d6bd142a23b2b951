import Type from 'typebox';
import { searchShape } from '../../contract/own/search-shape.ts';
import { ApiError } from '../../errors.ts';
import { oneParameter } from '../parameters.ts';
import type { Route } from '../route.ts';

const longest = 100;

/** GET /v1/search?q=: devices, updates, CVEs and products that a text leads to, at most eight of each. */
export const search: Route = {
  method: 'GET',
  path: '/search',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Devices',
  summary: 'Devices, updates, CVEs and products that a text leads to.',
  parameters: [
    {
      name: 'q',
      description: 'Name, id or address of a device, KB number, CVE, product, or a part of one.',
      schema: Type.String({ minLength: 2, maxLength: longest }),
    },
  ],
  answer: searchShape,
  async handle(request, _reply, { application, caller }) {
    const q = (oneParameter(request, 'q', 'text') ?? '').trim();
    if (q.length < 2 || q.length > longest)
      throw new ApiError(400, 'InvalidInput', `q: expected 2 to ${longest} characters, got ${q.length}`);
    return { q, ...(await application.search(caller, q)) };
  },
};
