import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ProductList } from '../../src/sources/msrc-cvrf/product-list.ts';
import { readXml } from '../../src/sources/msrc-cvrf/read-xml.ts';
import type { WireDocument } from '../../src/sources/msrc-cvrf/wire.ts';
import { patchTuesdayOf } from '../../src/terms/patch-tuesday.ts';
import { sharedPath } from './shared.ts';
import { toApiJson, toXml } from './write-document.ts';

/** A document that a publisher serves, in both forms; each is made when it is first asked for. */
export interface PublishedDocument {
  readonly id: string;
  readonly title: string;
  readonly initialReleaseAt: string;
  readonly currentReleaseAt: string;
  xml(): Buffer;
  json(): Buffer;
}

/** One of `../shared/data`, e.g. `realDocument('cvrf', '2026-Jun.xml.gz')`. Its JSON is converted from the XML. */
export function realDocument(...path: readonly string[]): PublishedDocument {
  const bytes = once(() => gunzipSync(readFileSync(sharedPath(...path))));
  const head = bytes().subarray(0, 4096).toString();
  const field = (name: string): string => new RegExp(`<(?:\\w+:)?${name}[^>]*>([^<]*)<`).exec(head)?.[1] ?? '';
  return {
    id: field('ID'),
    title: field('DocumentTitle'),
    initialReleaseAt: zoned(field('InitialReleaseDate')),
    currentReleaseAt: zoned(field('CurrentReleaseDate')),
    xml: bytes,
    json: once(() => Buffer.from(toApiJson(readXml(bytes())))),
  };
}

/** All documents of a folder of `../shared/data`. */
export function realDocuments(folder: string): readonly PublishedDocument[] {
  return readdirSync(sharedPath(folder)).map((name) => realDocument(folder, name));
}

/** What to make up. */
export interface MadeUp {
  readonly month: string;
  readonly year?: number;
  readonly revisedAt?: string;
  /** Each is fixed by an update of its own for Windows 11 24H2. */
  readonly cves?: number;
  readonly title?: string;
  /** First digits of the KB numbers; another number makes all fixes move. */
  readonly kbPrefix?: string;
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A small document, such as `2026-Jun` with ten CVEs: enough for everything a sync has to tell apart. */
export function madeUpDocument({ month, year = 2026, cves = 10, ...rest }: MadeUp): PublishedDocument {
  const number = monthNames.findIndex((name) => name.startsWith(month));
  const released = `${patchTuesdayOf(year, number)}T07:00:00`;
  const wire: WireDocument = {
    id: `${year}-${month}`,
    title: rest.title ?? `${monthNames[number] ?? ''} ${year} Security Updates`,
    initialReleaseDate: released,
    currentReleaseDate: rest.revisedAt ?? released,
    knownIssues: [],
    products: [{ id: '12390', name: 'Windows 11 Version 24H2 for x64-based Systems', family: 'Windows' }],
    vulnerabilities: Array.from({ length: cves }, (_, index) => ({
      cve: `CVE-${year}-${20_000 + number * 100 + index}`,
      threats: [{ type: 'Severity', description: 'Important', productIds: ['12390'] }],
      scores: [],
      remediations: [
        {
          description: `${rest.kbPrefix ?? '50'}${String(number).padStart(2, '0')}${String(index).padStart(3, '0')}`,
          url: '',
          supercedence: '',
          subType: 'Security Update',
          fixedBuild: `10.0.26100.${4000 + number * 100}`,
          restartRequired: 'Yes',
          products: ProductList.empty().with('12390'),
        },
      ],
    })),
  };
  return {
    id: wire.id,
    title: wire.title,
    initialReleaseAt: zoned(released),
    currentReleaseAt: zoned(wire.currentReleaseDate),
    xml: once(() => Buffer.from(toXml(wire))),
    json: once(() => Buffer.from(toApiJson(wire))),
  };
}

function zoned(date: string): string {
  return date.endsWith('Z') ? date : `${date}Z`;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
