import { join } from 'node:path';
import { catalogueRange } from '../../assessment/catalogue-range.ts';
import { FeedFolder } from '../../operations/feed-folder.ts';
import { feedStatus } from '../../operations/feed-status.ts';
import type { FeedStatus } from '../../operations/feed-status.ts';
import { ageDays, findStaleness } from '../../catalogue/staleness.ts';
import { Quarantine } from '../../operations/quarantine.ts';
import { readSyncStatus } from '../../operations/sync-status.ts';
import { catalogueLine } from '../catalogue-age.ts';
import { catalogueFor, dataFolderOf } from '../compose.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';

/** `kbgap catalog info`: what is held and how old it is. */
export async function runCatalogInfo(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const dataFolder = dataFolderOf(options);
  const { catalogue, starter } = await catalogueFor({ data: dataFolder });
  const catalogueFolder = join(dataFolder, 'catalogue');
  const quarantined = new Quarantine(catalogueFolder).list();
  const sync = readSyncStatus(catalogueFolder) ?? null;
  const now = new Date();
  const stale = findStaleness(catalogue.reach, now);
  const { first, newest, missingMonths } = catalogueRange(catalogue);
  const count = (key: 'vulnerabilities' | 'vendorFixRows' | 'kbRows' | 'setAside'): number =>
    catalogue.documents.reduce((total, { counts }) => total + counts[key], 0);
  const info = {
    ...catalogue.summary,
    starter,
    ageDays: ageDays(catalogue.reach, now),
    stale: stale !== undefined,
    staleReason: stale?.reason ?? null,
    documents: catalogue.documents.length,
    completeDocuments: catalogue.completeDocuments.length,
    firstRelease: first,
    newestReleasedOn: newest,
    missingMonths,
    vulnerabilities: count('vulnerabilities'),
    vendorFixRows: count('vendorFixRows'),
    kbRows: count('kbRows'),
    kbs: catalogue.kbs.length,
    setAside: count('setAside'),
    feeds: feedStatus(new FeedFolder(dataFolder)),
    quarantined,
    sync,
  };
  if (options.json === true) print(JSON.stringify(info, null, 2));
  else {
    print(catalogueLine(catalogue.reach, starter, now));
    print(`${info.id}`);
    print(
      `${info.documents} documents, ${info.completeDocuments} of them with updates for Windows, ${first ?? '-'} to ${newest ?? '-'}`,
    );
    print(
      `${info.vulnerabilities} vulnerabilities, ${info.vendorFixRows} Vendor Fix rows, ${info.kbRows} with a KB, ${info.kbs} KBs, ${info.setAside} records set aside`,
    );
    for (const { id, kind, reason } of quarantined) print(`quarantined: ${id}: ${kind}: ${reason}`);
    if (sync !== null) {
      const trouble = sync.message === null ? '' : `: ${sync.message}`;
      print(`last sync ${sync.finishedAt}: ${sync.outcome}${trouble}`);
    }
    if (missingMonths.length > 0) print(`missing months: ${missingMonths.join(', ')}`);
    for (const feed of info.feeds) print(feedLine(feed));
  }
  return exitCodes.clean;
}

function feedLine({ feed, title, state, date, records, firstSeenAt, check }: FeedStatus): string {
  const name = `feed ${feed} (${title})`;
  const asked = check === null ? '' : `, checked ${check.checkedAt}`;
  const trouble =
    check?.problem == null ? '' : `, ${check.outcome === 'refused' ? 'refused' : 'not fetched'}: ${check.problem}`;
  if (state !== 'held') return `${name}: ${state}${asked}${trouble}`;
  return `${name}: of ${date ?? '-'}, ${records ?? 0} records, first seen ${firstSeenAt ?? '-'}${asked}${trouble}`;
}
