import { FeedFolder } from '../../operations/feed-folder.ts';
import { addressesOf } from '../../operations/feed-addresses.ts';
import { isProblem } from '../../operations/feed-checks.ts';
import { planAsked } from '../../operations/plan-feeds.ts';
import { syncFeeds } from '../../operations/sync-feeds.ts';
import { prepareNetwork } from '../../sources/http/prepare-network.ts';
import { isCve, tryParseVulnerabilityId } from '../../terms/vulnerability-id.ts';
import { dataFolderOf } from '../compose.ts';
import { readConfig } from '../config.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { feedPublishersOf } from '../publisher.ts';
import { tellFeedPauses } from '../tell-pauses.ts';

interface RefreshOptions extends CommonOptions {
  readonly atOnce?: boolean;
}

/** `kbgap catalog refresh CVE…`: what MSRC says of single CVEs today, kept beside the catalogue; exit 2 where nobody answered, or was asked. */
export async function runCatalogRefresh(args: readonly string[], options: RefreshOptions): Promise<ExitCode> {
  const cves = args.map((text) => {
    const id = tryParseVulnerabilityId(text);
    if (id === undefined || !isCve(id)) throw new UsageError(`expected a CVE such as CVE-2020-0796, got "${text}"`);
    return id;
  });
  const { feeds, http } = feedPublishersOf(readConfig());
  const opinions = feeds.filter(({ feed }) => feed === 'csaf' || feed === 'msrc-sug');
  const folder = new FeedFolder(dataFolderOf(options));
  prepareNetwork();
  // An address of an operator's that names no CVE may hold an answer all the same.
  const addresses = [undefined, ...cves].flatMap((cve) => opinions.flatMap((feed) => addressesOf(feed, cve)));
  const { due, heldBack } = planAsked(folder.checks.list(), addresses, {
    now: new Date(),
    atOnce: options.atOnce === true,
  });
  tellFeedPauses(heldBack);
  const fetched = await syncFeeds(folder, due, { http, now: () => new Date() });
  if (options.json === true) print(JSON.stringify(fetched, null, 2));
  else if (options.quiet !== true) for (const { feed, url, state } of fetched) print(`${feed}: ${state} (${url})`);
  for (const { reason } of fetched) if (reason !== null) say(reason);
  return fetched.some((each) => !isProblem(each)) ? exitCodes.clean : exitCodes.unusable;
}
