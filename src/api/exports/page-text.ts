import { contextOf } from '../contract/collection.ts';
import type { PlacedRow } from './asset-rows.ts';
import { formatPlace } from './asset-place.ts';
import type { PageOptions } from './export-options.ts';

const pieceLength = 64 * 1024;

/** What is around the rows of a page. */
export interface PageFrame {
  readonly baseUrl: string;
  /** As the client sent it: `/api/machines/SoftwareInventoryByMachine?pageSize=5`. */
  readonly url: string;
  /** Name of the rows' type. */
  readonly type: string;
}

/** One page in its envelope as JSON, written while the rows are read. */
export async function* pageText(
  rows: AsyncIterable<readonly PlacedRow[]>,
  { size, skip, isOnlyPage }: PageOptions,
  { baseUrl, url, type }: PageFrame,
): AsyncGenerator<Buffer> {
  const context = contextOf(baseUrl, `Collection(microsoft.windowsDefenderATP.api.${type})`);
  let text = `{"@odata.context":${JSON.stringify(context)},"value":[`;
  let passed = 0;
  let last: PlacedRow | undefined;
  let sent = 0;
  let hasMore = false;
  reading: for await (const some of rows) {
    for (const each of some) {
      if (passed < skip) {
        passed += 1;
        continue;
      }
      if (sent === size) {
        hasMore = true;
        break reading;
      }
      text += `${sent === 0 ? '' : ','}${JSON.stringify(each.row())}`;
      sent += 1;
      last = each;
      if (text.length < pieceLength) continue;
      yield Buffer.from(text);
      text = '';
    }
  }
  const next = last !== undefined && hasMore && !isOnlyPage ? nextPageLink(baseUrl, url, last, size) : undefined;
  yield Buffer.from(`${text}]${next === undefined ? '' : `,"@odata.nextLink":${JSON.stringify(next)}`}}`);
}

/** `…/SoftwareInventoryByMachine?pagesize=50000&$skiptoken=…`, as the contract has it; other parameters stay. */
function nextPageLink(baseUrl: string, url: string, { place }: PlacedRow, size: number): string {
  const { pathname, searchParams } = new URL(url, 'http://here');
  const kept = [...searchParams].filter(([name]) => !['pagesize', '$skip', '$skiptoken'].includes(name.toLowerCase()));
  const options = [...kept, ['pagesize', String(size)], ['$skiptoken', formatPlace(place)]];
  const query = options.map(([name = '', value = '']) => `${encodeName(name)}=${encodeURIComponent(value)}`);
  return `${baseUrl}${pathname}?${query.join('&')}`;
}

/** `$` stands as it is: clients compare next links by eye. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll('%24', '$');
}
