import Type from 'typebox';
import { auditShape } from '../../contract/own/audit-shape.ts';
import { instant } from '../../contract/own/shape.ts';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../errors.ts';
import { oneInstant, oneParameter } from '../parameters.ts';
import type { Route } from '../route.ts';

const usualPage = 100;
const largestPage = 1000;

/**
 * GET /v1/audit: who did what in the tenant, oldest first. `since`: from this instant on; `cursor`: what came after an earlier answer;
 * `top`: at most so many lines. It tells of the whole tenant, so that a client bound to device groups may not read it.
 */
export const listAudit: Route = {
  method: 'GET',
  path: '/audit',
  roles: ['Audit.Read.All'],
  tag: 'Service',
  summary: 'Who did what in the tenant, oldest first.',
  parameters: [
    { name: 'since', description: 'From this instant on.', schema: instant },
    { name: 'cursor', description: 'What came after an earlier answer.', schema: instant },
    { name: 'top', description: 'Lines at most, 1 to 1000; without it 100.', schema: Type.Integer({ minimum: 1 }) },
  ],
  answer: auditShape,
  async handle(request, _reply, { application, caller }) {
    if (caller.groups !== null)
      throw new ApiError(
        403,
        'Forbidden',
        'The client is bound to device groups; the audit trail is of the whole tenant.',
      );
    const since = oneInstant(request, 'since');
    const cursor = oneInstant(request, 'cursor');
    const { entries, hasMore } = await application.listAudit(caller.tenant, {
      top: topOf(request),
      ...(since === undefined ? {} : { since }),
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    const shown = entries.map(({ at, actor, action, subject, detail }) => ({ at, actor, action, subject, detail }));
    return { entries: shown, cursor: entries.at(-1)?.at ?? cursor ?? null, hasMore };
  },
};

function topOf(request: FastifyRequest): number {
  const text = oneParameter(request, 'top') ?? String(usualPage);
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new ApiError(400, 'InvalidInput', `top: expected a number from 1, got ${JSON.stringify(text.slice(0, 60))}`);
  return Math.min(Number(text), largestPage);
}
