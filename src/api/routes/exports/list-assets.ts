import { contextOf } from '../../contract/collection.ts';
import { assetFactsOf } from '../../exports/asset-facts.ts';
import type { AssetList } from '../../exports/asset-lists.ts';
import { formatPlace, readAssetPage } from '../../exports/asset-pages.ts';
import type { AssetPlace } from '../../exports/asset-pages.ts';
import { parsePageOptions } from '../../exports/export-options.ts';
import type { PageOptions } from '../../exports/export-options.ts';
import type { Route } from '../route.ts';

/** GET /api/machines/SoftwareVulnerabilitiesByMachine and its siblings: the rows of every device, page by page */
export function listAssets(list: AssetList): Route {
  return {
    method: 'GET',
    path: `/machines/${list.name}`,
    roles: list.roles,
    summary: list.summary,
    async handle(request, _reply, context) {
      const options = parsePageOptions(request);
      const { rows, next } = await readAssetPage(list, context.caller, assetFactsOf(context), options);
      return {
        '@odata.context': contextOf(context.baseUrl, `Collection(microsoft.windowsDefenderATP.api.${list.type.name})`),
        value: rows,
        ...(next === undefined || options.isOnlyPage
          ? {}
          : { '@odata.nextLink': nextPageLink(context.baseUrl, request.url, next, options) }),
      };
    },
  };
}

/** `…/SoftwareInventoryByMachine?pagesize=50000&$skiptoken=eyJ…`, as the contract has it; other parameters stay. */
export function nextPageLink(baseUrl: string, url: string, next: AssetPlace, { size }: PageOptions): string {
  const { pathname, searchParams } = new URL(url, 'http://here');
  const kept = [...searchParams].filter(([name]) => !['pagesize', '$skiptoken'].includes(name.toLowerCase()));
  const options = [...kept, ['pagesize', String(size)], ['$skiptoken', formatPlace(next)]];
  return `${baseUrl}${pathname}?${options
    .map(([name = '', value = '']) => `${name.replaceAll(/[^$\w]/g, encodeURIComponent)}=${encodeURIComponent(value)}`)
    .join('&')}`;
}
