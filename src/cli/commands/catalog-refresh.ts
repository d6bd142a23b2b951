import { FeedFolder } from '../../operations/feed-folder.ts';
import { fetchFeed } from '../../operations/fetch-feed.ts';
import type { FetchedFeed } from '../../operations/fetch-feed.ts';
import { isCve, tryParseVulnerabilityId } from '../../terms/vulnerability-id.ts';
import { dataFolderOf } from '../compose.ts';
import { readConfig } from '../config.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';

/** A server that says nothing for so long is given up. */
const timeoutMs = 30_000;

/** `kbgap catalog refresh CVE…`: what MSRC says of single CVEs today, kept beside the catalogue; exit 2 where nobody answered. */
export async function runCatalogRefresh(args: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const cves = args.map((text) => {
    const id = tryParseVulnerabilityId(text);
    if (id === undefined || !isCve(id)) throw new UsageError(`expected a CVE such as CVE-2020-0796, got "${text}"`);
    return id;
  });
  const { csafUrl, sugUrl } = readConfig();
  const folder = new FeedFolder(dataFolderOf(options));
  const fetched: FetchedFeed[] = [];
  for (const cve of cves) {
    const how = { fetch, now: new Date(), cve, signal: AbortSignal.timeout(timeoutMs) };
    fetched.push(...(await fetchFeed(folder, 'csaf', csafUrl === undefined ? how : { ...how, urls: csafUrl })));
    fetched.push(...(await fetchFeed(folder, 'msrc-sug', sugUrl === undefined ? how : { ...how, urls: sugUrl })));
  }
  if (options.json === true) print(JSON.stringify(fetched, null, 2));
  else if (options.quiet !== true) for (const { feed, url, state } of fetched) print(`${feed}: ${state} (${url})`);
  for (const { url, reason } of fetched) if (reason !== null) say(`${url}: ${reason}`);
  const answered = fetched.some(({ state }) => state !== 'failed' && state !== 'refused');
  return answered ? exitCodes.clean : exitCodes.unusable;
}
