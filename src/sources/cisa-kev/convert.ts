import type { SetAsideRecord } from '../../catalogue/advisory-document.ts';
import { isCalendarDate } from '../../terms/calendar-date.ts';
import { isCve, tryParseVulnerabilityId } from '../../terms/vulnerability-id.ts';
import { latestDate, tryParseFeedDate } from '../publisher-date.ts';
import type { Feed } from '../source.ts';
import type { KevData, KevEntry } from './data.ts';
import type { KevWire } from './wire.ts';

/** CISA's words into ours. Without a release date (CSV) the latest day on which an entry was added dates it. */
export function convertKev({ catalogVersion, dateReleased, vulnerabilities }: KevWire): Feed<KevData> {
  const entries = new Map<string, KevEntry>();
  const setAside: SetAsideRecord[] = [];
  vulnerabilities.forEach(({ cveID, dateAdded, dueDate, knownRansomwareCampaignUse }, index) => {
    const refuse = (reason: string): void =>
      void setAside.push({ document: 'cisa-kev', element: `vulnerabilities[${index + 1}]`, reason });
    const cve = tryParseVulnerabilityId(cveID);
    if (cve === undefined || !isCve(cve)) return refuse(`expected a cveID such as CVE-2020-0796, got "${cut(cveID)}"`);
    if (!isCalendarDate(dateAdded)) return refuse(`expected a dateAdded such as 2021-11-03, got "${cut(dateAdded)}"`);
    entries.set(cve, {
      cve,
      addedOn: dateAdded,
      dueOn: isCalendarDate(dueDate) ? dueDate : null,
      ransomware: /^known$/i.test(knownRansomwareCampaignUse),
    });
  });
  const sorted = [...entries.values()].sort((a, b) => (a.cve < b.cve ? -1 : 1));
  const date =
    tryParseFeedDate(dateReleased) ??
    tryParseFeedDate(catalogVersion.replaceAll('.', '-')) ??
    latestDate(sorted.map(({ addedOn }) => addedOn)) ??
    '';
  return { date, version: catalogVersion === '' ? null : catalogVersion, data: { entries: sorted }, setAside };
}

function cut(text: string): string {
  return text.slice(0, 60);
}
