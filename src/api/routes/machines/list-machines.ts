import { contextOf } from '../../contract/collection.ts';
import type { Collection } from '../../contract/collection.ts';
import { toMachine } from '../../contract/machine.ts';
import type { Machine } from '../../contract/machine.ts';
import { parseQueryOptions } from '../../odata/query-options.ts';
import type { Route } from '../route.ts';

/** The contract's largest page; a larger `$top` is answered with as many. */
const largestPage = 10_000;

/** GET /api/machines */
export const listMachines: Route = {
  method: 'GET',
  path: '/machines',
  roles: ['Machine.Read.All', 'Machine.Read'],
  async handle(request, _reply, { application, caller, baseUrl }): Promise<Collection<Machine>> {
    const query = request.query as Record<string, string>;
    const { filter, top, skip, count } = parseQueryOptions(query);
    const page = application.listDevices(caller, {
      top: Math.min(top ?? largestPage, largestPage),
      skip,
      count,
      ...(filter === undefined ? {} : { filter }),
    });
    const value = page.devices.map((device) => toMachine(device, application.getAssessment(device).openCves.length));
    return {
      '@odata.context': contextOf(baseUrl, 'Machines'),
      ...(page.count === undefined ? {} : { '@odata.count': page.count }),
      value,
      // A client that names its own $top has asked for that many and no more.
      ...(top === undefined && page.hasMore
        ? { '@odata.nextLink': nextLink(baseUrl, query, skip + value.length) }
        : {}),
    };
  },
};

function nextLink(baseUrl: string, query: Readonly<Record<string, string>>, skip: number): string {
  const kept = Object.entries(query).filter(([name]) => name.toLowerCase() !== '$skip');
  const options = [...kept, ['$skip', String(skip)]].map(
    ([name = '', value = '']) => `${name.replaceAll(/[^$\w]/g, encodeURIComponent)}=${encodeURIComponent(value)}`,
  );
  return `${baseUrl}/api/machines?${options.join('&')}`;
}
