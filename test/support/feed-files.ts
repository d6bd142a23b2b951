import { gzipSync } from 'node:zlib';
import type { PublishedFile } from './publisher.ts';

// Feeds made up in the form of their publishers; see the ORIGIN.md of each feed in src/sources for the form's source.

/** CISA's list, released on a day, with so many of made-up CVEs. */
export function kevFile(day: string, count = 10): PublishedFile {
  const vulnerabilities = Array.from({ length: count }, (_, index) => ({
    cveID: `CVE-2026-${20_600 + index}`,
    vendorProject: 'Microsoft',
    product: 'Windows',
    vulnerabilityName: 'A vulnerability',
    dateAdded: '2026-06-09',
    shortDescription: 'It has "quotes", commas.',
    requiredAction: 'Apply mitigations.',
    dueDate: '2026-06-30',
    knownRansomwareCampaignUse: index === 0 ? 'Known' : 'Unknown',
    notes: '',
    cwes: [],
  }));
  const list = {
    title: 'CISA Catalog of Known Exploited Vulnerabilities',
    catalogVersion: day.replaceAll('-', '.'),
    dateReleased: `${day}T14:00:12.2500Z`,
    count,
    vulnerabilities,
  };
  return { bytes: Buffer.from(JSON.stringify(list)), type: 'application/json' };
}

/** Scores of a day, as FIRST publishes them. */
export function epssFile(day: string, count = 10): PublishedFile {
  const rows = Array.from({ length: count }, (_, index) => `CVE-2026-${20_600 + index},0.00${index % 10},0.5`);
  const text = [`#model_version:v2025.03.14,score_date:${day}T12:55:00Z`, 'cve,epss,percentile', ...rows, ''];
  return { bytes: gzipSync(text.join('\n')), type: 'application/gzip' };
}

/** A release-health page with the releases of one update. */
export function releasePage(day: string, kb = 'KB5094126', build = '26100.8655'): PublishedFile {
  const html = `<!DOCTYPE html><html><head><title>Windows 11 - release information</title>
<meta name="updated_at" content="${day} 05:10 PM"></head><body><table id="historyTable_0">
<tr><th>Servicing option<th>Update type<th>Availability date<th>Build<th>KB article
<tr><td>General Availability Channel &bull; LTSC<td>2026-06 B<td>2026-06-09<td>${build}<td><a href="#">${kb}</a>
</table></body></html>`;
  return { bytes: Buffer.from(html), type: 'text/html; charset=utf-8' };
}

/** Ends of servicing in the form of endoflife.date's API v1. */
export function lifecycleFile(day: string): PublishedFile {
  const releases = [{ name: '11-24h2-w', label: '11 24H2 (W)', eolFrom: '2026-10-13', latest: { name: '10.0.26100' } }];
  const body = {
    schema_version: '1.2.0',
    last_modified: `${day}T03:00:00+00:00`,
    result: { name: 'windows', releases },
  };
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' };
}

/** One page of the SUG API's affectedProduct. */
export function sugPage(cves: readonly string[], next?: string): PublishedFile {
  const value = cves.map((cveNumber) => ({
    cveNumber,
    product: 'Windows 11 Version 24H2 for x64-based Systems',
    productId: '12390',
    severity: 'Important',
    baseScore: '7.8',
    vectorString: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H',
    releaseDate: '2026-06-09T07:00:00Z',
    kbArticles: [{ articleName: '5006000', fixedBuildNumber: '10.0.26100.4600', supercedence: '' }],
  }));
  const body = {
    '@odata.context': 'https://api.msrc.microsoft.com/sug/v2.0/sugodata/v2.0/en-US/$metadata#affectedProduct',
    value,
    '@odata.nextLink': next ?? '',
  };
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json; odata.metadata=minimal' };
}

/** One CVE's CSAF file, revised on a day. */
export function csafFile(cve: string, day: string): PublishedFile {
  const body = {
    document: {
      csaf_version: '2.0',
      aggregate_severity: { text: 'Important' },
      tracking: { current_release_date: `${day}T07:00:00.000Z`, version: '1' },
    },
    product_tree: { branches: [] },
    vulnerabilities: [{ cve }],
  };
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' };
}
