import { cveShape } from '../../contract/own/assessment-shape.ts';
import { tryParseVulnerabilityId } from '../../../terms/vulnerability-id.ts';
import { ApiError } from '../../errors.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/** GET /v1/cves/{id}: what the catalogue and the feeds say of a CVE or advisory, in any case. The same for every tenant. */
export const getCve: Route = {
  method: 'GET',
  path: '/cves/:id',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Catalogue',
  summary: 'What the catalogue and the feeds say of a CVE or advisory.',
  answer: cveShape,
  isPublished: true,
  async handle(request, _reply, { application }) {
    const text = idOf(request);
    const id = tryParseVulnerabilityId(text);
    const facts = id === undefined ? undefined : application.findCve(id);
    if (facts === undefined)
      throw new ApiError(
        404,
        'ResourceNotFound',
        `expected a CVE that a document or feed names, got "${text.slice(0, 60)}"`,
      );
    return facts;
  },
};
