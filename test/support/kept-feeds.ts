import { FeedFolder } from '../../src/operations/feed-folder.ts';
import type { HeldFeed } from '../../src/operations/feed-folder.ts';
import { epssKey } from '../../src/sources/epss/data.ts';
import { parseVulnerabilityId } from '../../src/terms/vulnerability-id.ts';

interface MadeUpFeed {
  /** UTC day that the publisher dates it. */
  readonly date: string;
  /** UTC day on which it was first seen; that of the publisher unless told. */
  readonly seenOn?: string;
  readonly records?: number;
}

/** Puts a made-up list of exploited vulnerabilities into a data folder. */
export function putKev(dataFolder: string, { date, seenOn = date, records = 20 }: MadeUpFeed): HeldFeed {
  const entries = Array.from({ length: records }, (_, index) => ({
    cve: parseVulnerabilityId(`CVE-2020-${1000 + index}`),
    addedOn: '2020-01-01',
    dueOn: null,
    ransomware: false,
  }));
  const feed = { date, version: date, data: { entries }, setAside: [] };
  return new FeedFolder(dataFolder).put('cisa-kev', feed, { now: new Date(seenOn) });
}

/** The same of scores. */
export function putEpss(dataFolder: string, { date, seenOn = date, records = 20 }: MadeUpFeed): HeldFeed {
  const keys = Int32Array.from({ length: records }, (_, index) => epssKey(`CVE-2020-${1000 + index}`) ?? 0);
  const data = { keys, scores: keys.map(() => 5), percentiles: keys.map(() => 50) };
  const feed = { date, version: 'v1', data, setAside: [] };
  return new FeedFolder(dataFolder).put('epss', feed, { now: new Date(seenOn) });
}
