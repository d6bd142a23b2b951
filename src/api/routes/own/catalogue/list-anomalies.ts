import Type from 'typebox';
import { anomaliesShape } from '../../../contract/own/catalogue-shapes.ts';
import { numberParameter, oneParameter } from '../../parameters.ts';
import type { Route } from '../../route.ts';

const usualPage = 100;
const largestPage = 1000;

/** GET /v1/catalogue/anomalies: errors found in the published data, newest month first. */
export const listCatalogueAnomalies: Route = {
  method: 'GET',
  path: '/catalogue/anomalies',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Catalogue',
  summary: 'Errors found in the published data, newest month first.',
  parameters: [
    { name: 'kind', description: 'Of this kind alone.', schema: Type.String() },
    { name: 'q', description: 'With this text in month, KB, detail or product.', schema: Type.String() },
    { name: 'top', description: 'At most so many, 1 to 1000; without it 100.', schema: Type.Integer({ minimum: 1 }) },
    { name: 'skip', description: 'Behind so many.', schema: Type.Integer({ minimum: 0 }) },
  ],
  answer: anomaliesShape,
  isPublished: true,
  async handle(request, _reply, { application }) {
    const kind = oneParameter(request, 'kind');
    const q = oneParameter(request, 'q')?.toLowerCase();
    const skip = numberParameter(request, 'skip', { usual: 0, least: 0, most: Infinity });
    const top = numberParameter(request, 'top', { usual: usualPage, least: 1, most: largestPage });
    const fitting = application.catalogueDesk
      .anomalies()
      .filter((each) => kind === undefined || each.kind === kind)
      .filter(
        ({ releaseId, kb, detail, products }) =>
          q === undefined || [releaseId, kb ?? '', detail, ...products].some((text) => text.toLowerCase().includes(q)),
      );
    const items = fitting.slice(skip, skip + top).map((each) => ({
      kind: each.kind,
      releaseId: each.releaseId,
      kb: each.kb,
      detail: each.detail,
      products: each.products,
    }));
    return { total: fitting.length, skip, items };
  },
};
