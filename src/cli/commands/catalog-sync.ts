import { loadCorrections } from '../../catalogue/corrections.ts';
import { localOperator } from '../../operations/audit.ts';
import { actOfSync } from '../../operations/catalogue-acts.ts';
import { CatalogueFolder } from '../../operations/catalogue-folder.ts';
import { FeedFolder } from '../../operations/feed-folder.ts';
import { syncFeedsInThread } from '../../operations/feeds-in-thread.ts';
import type { FetchedFeed } from '../../operations/fetch-feed.ts';
import { pausedUntilMs } from '../../operations/publisher-pause.ts';
import { behindText, syncCatalogue } from '../../operations/sync-catalogue.ts';
import type { CatalogueSync } from '../../operations/sync-catalogue.ts';
import { readSyncStatus } from '../../operations/sync-status.ts';
import { planFeedsOf } from '../../operations/plan-feeds.ts';
import { forgetOthers } from '../../operations/sync-feeds.ts';
import type { Publisher } from '../../sources/msrc-cvrf/fetch.ts';
import { catalogueLine } from '../catalogue-age.ts';
import { dataFolderOf } from '../compose.ts';
import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { withProgress } from '../progress.ts';
import { preparedPublisher, syncedFeedsOf } from '../publisher.ts';
import { record } from '../record.ts';
import { pauseLine, tellFeedPauses } from '../tell-pauses.ts';
import { tellRepair } from '../tell-repair.ts';

/** A sync that takes longer than this ends, and the next one goes on where it was. */
const longestSyncMs = 60 * 60 * 1000;
/** Feeds that are not there by then are told, and asked for again the next time. */
const longestFeedsMs = 10 * 60 * 1000;

interface SyncCommandOptions extends CommonOptions {
  /** `true` with --feeds, `false` with --no-feeds. */
  readonly feeds?: boolean;
  readonly atOnce?: boolean;
}

/**
 * `kbgap catalog sync`: the catalogue as the publisher has it, and beside it the feeds that are due. Exit 2 where the list or a
 * document could not be had; a document that went into quarantine, or a feed that could not be had, is told, and no failure:
 * the last good one stays (docs/decisions/0011, 0031).
 */
export async function runCatalogSync(_: readonly string[], options: SyncCommandOptions): Promise<ExitCode> {
  const config = readConfig();
  const dataFolder = dataFolderOf(options);
  const folder = new CatalogueFolder(dataFolder, loadCorrections());
  const publisher = preparedPublisher(config);
  const shown = {
    title: 'catalog sync',
    isWanted: options.quiet !== true,
    ended: ({ updated }: CatalogueSync) => `${updated.length} documents new or revised`,
  };
  if (options.atOnce !== true) tellPause(folder, publisher);
  const feeds = syncDueFeeds(dataFolder, config, options);
  let result: CatalogueSync;
  try {
    result = await withProgress(shown, (show) =>
      syncCatalogue(folder, {
        publisher,
        now: () => new Date(),
        atOnce: options.atOnce === true,
        signal: AbortSignal.timeout(longestSyncMs),
        onProgress: (step, done, total) => show(total > 1 ? `${step} ${done}/${total}` : step),
      }),
    );
  } finally {
    for (const reason of problemsOf(await feeds)) say(`feed not fetched: ${reason}`);
  }
  await record(options, actOfSync(result, localOperator));
  if (options.json === true) print(JSON.stringify({ ...result, feeds: await feeds }, null, 2));
  else if (options.quiet !== true) for (const line of [...resultLines(result), ...feedLines(await feeds)]) print(line);
  tellRepair(result.repaired);
  tellSetAside(result.listSetAside);
  for (const { reason } of result.failed) say(`not fetched: ${reason}`);
  for (const behind of result.behind) say(`warning: ${behindText(behind)}; it is asked for again with the next sync`);
  for (const { id, kind, reason } of result.quarantined) say(`quarantined: ${id}: ${kind}: ${reason}`);
  for (const id of result.discarded) say(`${id}: passed over: it came again as it was discarded before`);
  if (options.quiet !== true && options.json !== true) {
    const { catalogue, starter } = folder.loadCurrent();
    say(catalogueLine(catalogue.reach, starter, new Date()));
  }
  return result.failed.length > 0 ? exitCodes.unusable : exitCodes.clean;
}

/** Waiting in silence, or asking nobody, would look like a fault. */
function tellPause({ path }: CatalogueFolder, { baseUrl }: Publisher): void {
  const untilMs = pausedUntilMs(readSyncStatus(path), baseUrl, new Date());
  if (untilMs === undefined) return;
  say(pauseLine(baseUrl, untilMs));
}

/** A list of another kind may have thousands. */
const mostEntries = 5;

function tellSetAside(entries: readonly string[]): void {
  for (const entry of entries.slice(0, mostEntries))
    say(`left out of the list: expected an entry with ID and CurrentReleaseDate, got ${entry}`);
  if (entries.length > mostEntries) say(`left out of the list: ${entries.length - mostEntries} more`);
}

/** Never rejects: what goes wrong with feeds is told, and is no failure of the sync. */
async function syncDueFeeds(
  dataFolder: string,
  config: Config,
  options: SyncCommandOptions,
): Promise<readonly FetchedFeed[]> {
  if (options.feeds === false) return [];
  try {
    const { feeds, http } = syncedFeedsOf(options.feeds === true ? { ...config, syncFeeds: 'yes' } : config);
    const folder = new FeedFolder(dataFolder);
    await forgetOthers(folder, feeds);
    const { due: addresses, heldBack } = planFeedsOf(folder, feeds, {
      now: new Date(),
      all: options.feeds === true,
      atOnce: options.atOnce === true,
    });
    tellFeedPauses(heldBack);
    if (addresses.length === 0) return [];
    return await syncFeedsInThread({ dataFolder, addresses, http }, AbortSignal.timeout(longestFeedsMs));
  } catch (error) {
    say(`feeds not fetched: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** Addresses of one host that does not answer share their reason. */
function problemsOf(feeds: readonly FetchedFeed[]): ReadonlySet<string> {
  return new Set(feeds.flatMap(({ reason }) => reason ?? []));
}

function feedLines(feeds: readonly FetchedFeed[]): readonly string[] {
  return feeds
    .filter(({ state }) => state === 'kept')
    .map(({ feed, date, records, url }) => `feed ${feed} of ${date}: ${records} records (${url})`);
}

function resultLines(result: CatalogueSync): readonly string[] {
  const { updated, listed, failed, quarantined, documentsHeld, requests } = result;
  const changes = updated.map(({ id, revisedAt, replaced }) =>
    replaced === null ? `${id}: new, revised ${revisedAt}` : `${id}: revised ${revisedAt}, before ${replaced}`,
  );
  return [
    ...changes,
    ...result.resolved.map((id) => `${id}: good again, no longer quarantined`),
    `${listed} documents listed, ${updated.length} new or revised, ${failed.length} not fetched, ${quarantined.length} quarantined, ${documentsHeld} held, ${requests} requests`,
    ...(result.unlisted.length === 0 ? [] : [`not on the list, asked for by name: ${result.unlisted.join(', ')}`]),
    result.catalogueId === null
      ? 'still the starter catalogue'
      : `catalogue ${result.catalogueId}${result.catalogueId === result.previousCatalogueId ? ', unchanged' : ''}`,
  ];
}
