import type { ServicingChannel } from '../../catalogue/windows-lifecycle.ts';
import { isCalendarDate } from '../../terms/calendar-date.ts';
import { DocumentError } from '../document-error.ts';
import { latestDate, tryParseFeedDate } from '../publisher-date.ts';
import { asList, asObject, asText, parseFeedJson, shown } from '../json-value.ts';
import type { LifecycleRow } from './data.ts';

const expected = 'life cycles in JSON ("date" and "rows", or the form of endoflife.date)';
const channels: readonly ServicingChannel[] = ['home-pro', 'enterprise', 'ltsc', 'server'];
const mostRows = 20_000;

interface ReadRows {
  readonly date: string | undefined;
  readonly rows: readonly LifecycleRow[];
}

/**
 * Our own form, `{ "date": "2026-06-30", "rows": [{ "build": 26100, "channel": "home-pro", "end": "2026-10-13", "esuEnd": … },
 * { "product": ".NET 8.0", "end": "2026-11-10" }, [".NET 9.0", "2024-11-12", "2026-11-10"]] }`; or endoflife.date's, of its
 * API v1 (`result.releases`) or the older one (a list of cycles).
 * @throws {DocumentError}
 */
export function readLifecycle(source: string, bytes: Uint8Array): ReadRows {
  const root = parseFeedJson(source, bytes, expected);
  const object = asObject(root);
  const result = asObject(object?.['result']);
  const items = Array.isArray(root) ? root : (result?.['releases'] ?? object?.['rows']);
  if (!Array.isArray(items)) throw new DocumentError(source, `expected ${expected}, got ${shown(root)}`);
  if (items.length > mostRows) throw new DocumentError(source, `holds more than ${mostRows} rows`);
  const read = asList(items);
  if (object?.['rows'] === items) {
    const stated = tryParseFeedDate(asText(object['date']));
    return { date: stated ?? latestDate(read.map(firstDayOf)), rows: read.flatMap(ownRow) };
  }
  const name = asText(result?.['label']) || asText(result?.['name']);
  const stated = ['last_modified', 'generated_at'].map((key) => tryParseFeedDate(asText(object?.[key])));
  const released = read.map((item) => tryParseFeedDate(asText(asObject(item)?.['releaseDate'])));
  return { date: latestDate(stated) ?? latestDate(released), rows: read.flatMap((item) => cycle(item, name)) };
}

function firstDayOf(row: unknown): string | undefined {
  return tryParseFeedDate(asText(asList(row)[1]));
}

function ownRow(value: unknown): readonly LifecycleRow[] {
  if (Array.isArray(value)) {
    const [product, , end] = asList(value);
    return asText(product) === '' ? [] : [{ ...nothing, product: asText(product), end: dayOf(end) }];
  }
  const row = asObject(value) ?? {};
  const build = buildOf(asText(row['build']));
  const channel = channels.find((each) => each === row['channel']) ?? null;
  const product = asText(row['product']);
  if (product === '' && (build === null || channel === null)) return [];
  return [{ product, build, channel, end: dayOf(row['end']), esuEnd: dayOf(row['esuEnd']) }];
}

const nothing: LifecycleRow = { product: '', build: null, channel: null, end: null, esuEnd: null };

/** A release of endoflife.date; `eol` is a day, or whether it has passed, which says nothing that lasts. */
function cycle(value: unknown, product: string): readonly LifecycleRow[] {
  const item = asObject(value) ?? {};
  const name = asText(item['name']) || asText(item['cycle']);
  if (name === '') return [];
  const label = asText(item['label']) || asText(item['releaseLabel']) || name;
  const build = buildOf(asText(asObject(item['latest'])?.['name']) || asText(item['latest']));
  return [
    {
      product: `${product} ${label}`.trim(),
      build,
      channel: build === null ? null : channelOf(name, product),
      end: dayOf(item['eolFrom']) ?? dayOf(item['eol']),
      esuEnd: dayOf(item['eoesFrom']) ?? dayOf(item['extendedSupport']),
    },
  ];
}

/** endoflife.date ends the names of cycles with `-w` (Home, Pro), `-e` (Enterprise, Education), `-lts`. */
function channelOf(name: string, product: string): ServicingChannel | null {
  if (/server/i.test(product)) return 'server';
  if (/-lts[bc]?$/i.test(name)) return 'ltsc';
  if (/-w$/i.test(name)) return 'home-pro';
  return /-e$/i.test(name) ? 'enterprise' : null;
}

/** `26100` of `10.0.26100` or of `26100`. */
function buildOf(text: string): number | null {
  const digits = /^(?:\d{1,2}\.\d\.)?(\d{4,5})$/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function dayOf(value: unknown): string | null {
  const text = asText(value).slice(0, 10);
  return isCalendarDate(text) ? text : null;
}
