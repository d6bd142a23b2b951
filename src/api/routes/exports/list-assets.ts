import Type from 'typebox';
import { collectionSchema } from '../../contract/collection.ts';
import { assetSourceOf } from '../../exports/asset-facts.ts';
import type { AssetList } from '../../exports/asset-lists.ts';
import { assetRows } from '../../exports/asset-rows.ts';
import { parsePageOptions } from '../../exports/export-options.ts';
import { OpenStreams } from '../../exports/open-streams.ts';
import { pageText } from '../../exports/page-text.ts';
import type { QueryParameter, Route } from '../route.ts';

/** Each holds some hundred KB. */
const streams = new OpenStreams(100);

export const pageParameters: readonly QueryParameter[] = [
  {
    name: 'pageSize',
    description: 'Rows of a page; default 50000, at most 200000.',
    schema: Type.Integer({ minimum: 1 }),
  },
  {
    name: '$top',
    description: 'So many rows and no more: no next link follows.',
    schema: Type.Integer({ minimum: 0 }),
  },
  { name: '$skip', description: 'Rows to pass over.', schema: Type.Integer({ minimum: 0 }) },
];

/** GET /api/machines/SoftwareVulnerabilitiesByMachine and its siblings: the rows of every device, page by page. */
export function listAssets(list: AssetList): Route {
  return {
    method: 'GET',
    path: `/machines/${list.name}`,
    roles: list.roles,
    tag: 'Exports',
    summary: `${list.summary}, page by page.`,
    parameters: pageParameters,
    answer: collectionSchema(list.type),
    streams: true,
    async handle(request, reply, { application, caller, baseUrl, now }) {
      const options = parsePageOptions(request);
      streams.check();
      reply.type('application/json; charset=utf-8').header('cache-control', 'no-store');
      if (request.method === 'HEAD') return reply.send();
      const rows = assetRows(list, assetSourceOf(application, caller, now), options);
      return streams.send(
        reply,
        pageText(rows, { ...options, skip: 0 }, { baseUrl, url: request.url, type: list.type.name }),
      );
    },
  };
}
