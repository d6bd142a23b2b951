import { catalogueShape } from '../../../contract/own/catalogue-shapes.ts';
import type { Route } from '../../route.ts';
import { catalogueBrief } from './catalogue-brief.ts';

/** GET /v1/catalogue: what is held, how old it is, what was not believed. */
export const getCatalogue: Route = {
  method: 'GET',
  path: '/catalogue',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Catalogue',
  summary: 'What the catalogue holds, how old it is, its feeds, and what was not believed.',
  answer: catalogueShape,
  isPublished: true,
  async handle(_request, _reply, { application, now }) {
    const view = application.catalogueDesk.view(now);
    return {
      ...catalogueBrief(view),
      kbs: view.kbs,
      cves: view.cves,
      products: view.products,
      sync: view.sync,
      feeds: view.feeds,
      documents: view.documents
        .map(({ id, title, initialReleaseAt, currentReleaseAt, hash, counts }) => ({
          id,
          title,
          initialReleaseAt,
          revisedAt: currentReleaseAt,
          hash,
          vulnerabilities: counts.vulnerabilities,
          kbRows: counts.kbRows,
        }))
        .sort((a, b) => (a.initialReleaseAt < b.initialReleaseAt ? 1 : -1)),
      // Not where they came from: a path of this machine is nobody's business.
      quarantine: view.held.map(({ id, kind, reason, hash, revisedAt, quarantinedAt, size, held }) => ({
        id,
        kind,
        reason,
        hash,
        revisedAt,
        quarantinedAt,
        size,
        held,
      })),
    };
  },
};
