import Type from 'typebox';
import { revisionsShape } from '../../../contract/own/catalogue-shapes.ts';
import { oneParameter } from '../../parameters.ts';
import type { Route } from '../../route.ts';

/** GET /v1/catalogue/revisions: every revision of every document that was seen, or of one. */
export const listCatalogueRevisions: Route = {
  method: 'GET',
  path: '/catalogue/revisions',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Catalogue',
  summary: 'Every revision of every document that was seen.',
  parameters: [{ name: 'id', description: 'Of this document alone: `2026-Jun`.', schema: Type.String() }],
  answer: revisionsShape,
  isPublished: true,
  async handle(request, _reply, { application }) {
    const found = await application.catalogueDesk.revisions(oneParameter(request, 'id', 'document'));
    const revisions = found.map(({ id, hash, revisedAt, seenOn, seenAt, counts, inForce }) => ({
      id,
      hash,
      revisedAt,
      seenOn,
      seenAt,
      vulnerabilities: counts?.vulnerabilities ?? null,
      kbRows: counts?.kbRows ?? null,
      inForce,
    }));
    return { revisions };
  },
};
