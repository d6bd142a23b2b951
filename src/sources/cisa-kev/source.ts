import { DocumentError } from '../document-error.ts';
import { packJson, replaceWhole, unpackJson } from '../source.ts';
import type { FeedSource } from '../source.ts';
import { convertKev } from './convert.ts';
import type { KevData } from './data.ts';
import { readKevCsv, readKevJson } from './wire.ts';

/**
 * CISA's catalogue of known exploited vulnerabilities, JSON or CSV. CC0.
 * Source of the format: cisa.gov/known-exploited-vulnerabilities-catalog, its JSON schema and CSV.
 */
export const cisaKev: FeedSource<KevData> = {
  name: 'cisa-kev',
  title: 'CISA Known Exploited Vulnerabilities',
  urls: ['https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json'],
  checkEveryHours: 6,
  recognises: (head) =>
    (/^\s*\{/.test(head) && /"(?:catalogVersion|cveID)"\s*:/.test(head)) || /^"?cveID"?,/i.test(head.trimStart()),
  async read(source, bytes) {
    const wire = looksLikeJson(bytes) ? readKevJson(source, bytes) : await readKevCsv(source, bytes);
    const feed = convertKev(wire);
    if (feed.data.entries.length === 0)
      throw new DocumentError(source, 'expected known exploited vulnerabilities, got none that can be read');
    return feed;
  },
  combine: replaceWhole,
  count: ({ entries }) => entries.length,
  pack: packJson,
  unpack: unpackJson,
};

function looksLikeJson(bytes: Uint8Array): boolean {
  return /^[\s\ufeff]*[{[]/.test(Buffer.from(bytes.subarray(0, 64)).toString());
}
