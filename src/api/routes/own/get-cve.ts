import { cveShape } from '../../contract/own/assessment-shape.ts';
import { tryParseVulnerabilityId } from '../../../terms/vulnerability-id.ts';
import { ApiError } from '../../errors.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

const mostRows = 1000;

/** GET /v1/cves/{id}: what the catalogue and the feeds say of a CVE or advisory, in any case. And how the devices of the caller stand to it. */
export const getCve: Route = {
  method: 'GET',
  path: '/cves/:id',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Catalogue',
  summary: 'What the catalogue and the feeds say of a CVE or advisory.',
  answer: cveShape,
  async handle(request, _reply, { application, caller }) {
    const text = idOf(request);
    const id = tryParseVulnerabilityId(text);
    const facts = id === undefined ? undefined : application.findCve(id);
    if (facts === undefined)
      throw new ApiError(
        404,
        'ResourceNotFound',
        `expected a CVE that a document or feed names, got "${text.slice(0, 60)}"`,
      );
    const counts = application.views.countStanding(caller, { vulnerability: facts.id });
    const { open: affected = 0, clear: fixed = 0, undetermined = 0 } = counts ?? {};
    const rows = application.views.rowsOfCve(facts.id);
    return {
      ...facts,
      devices: { affected, fixed, undetermined },
      rows: rows.slice(0, mostRows),
      rowsTotal: rows.length,
    };
  },
};
