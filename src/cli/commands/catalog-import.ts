import { loadCorrections } from '../../catalogue/corrections.ts';
import { localOperator } from '../../operations/audit.ts';
import { actOfImport } from '../../operations/catalogue-acts.ts';
import { CatalogueFolder } from '../../operations/catalogue-folder.ts';
import { FeedFolder } from '../../operations/feed-folder.ts';
import { importFeeds } from '../../operations/import-feeds.ts';
import type { ImportedFeed } from '../../operations/import-feeds.ts';
import { importCatalogue } from '../../operations/import-catalogue.ts';
import type { CatalogueImport, ImportOptions } from '../../operations/import-catalogue.ts';
import { isBundleFile } from '../../sources/bundle/is-bundle-file.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { progressBar, withProgress } from '../progress.ts';
import { record } from '../record.ts';
import { tellRepair } from '../tell-repair.ts';

export interface ImportCommandOptions extends CommonOptions {
  readonly seen?: string;
  readonly key?: string;
  readonly allowOlder?: boolean;
  readonly accept?: boolean;
}

/** `kbgap catalog import PATH…`: documents and feeds, or a bundle, into the data folder; exit 2 where one was refused whole or quarantined. */
export async function runCatalogImport(paths: readonly string[], options: ImportCommandOptions): Promise<ExitCode> {
  if (paths.some(isBundleFile)) return (await import('./bundle-import.ts')).runBundleImport(paths, options);
  if (options.key !== undefined) throw new UsageError('--key: expected a bundle, got other files');
  const dataFolder = dataFolderOf(options);
  const folder = new CatalogueFolder(dataFolder, loadCorrections());
  const how = { ...(options.seen === undefined ? {} : { seenOn: options.seen }), trust: options.accept === true };
  const { feeds, refused, others } = await importFeeds(new FeedFolder(dataFolder), paths, {
    now: new Date(),
    ...(options.seen === undefined ? {} : { seenAt: new Date(`${options.seen}T00:00:00Z`) }),
    allowOlder: options.allowOlder === true,
  });
  const onlyFeeds = others.length === 0 && feeds.length + refused.length > 0;
  const documents = onlyFeeds ? nothingImported(folder) : await importDocuments(folder, others, { how, options });
  const result = { ...documents, refused: [...documents.refused, ...refused], feeds };
  await record(
    options,
    actOfImport(
      documents,
      feeds.filter(({ changed }) => changed),
      localOperator,
    ),
  );
  tellRepair(documents.repaired);
  if (options.json === true) print(JSON.stringify(result, null, 2));
  else if (options.quiet !== true) {
    if (!onlyFeeds) tellResult(documents);
    for (const feed of feeds) print(feedLine(feed));
  }
  for (const { source, reason } of result.refused) say(`${source}: refused: ${reason}`);
  for (const { id, source, kind, reason } of result.quarantined)
    say(`${source}: quarantined: ${kind}: ${reason} (kbgap catalog quarantine accept ${id})`);
  const nothing = result.imported.length + feeds.length === 0;
  return result.refused.length > 0 || result.quarantined.length > 0 || nothing ? exitCodes.unusable : exitCodes.clean;
}

function importDocuments(
  folder: CatalogueFolder,
  paths: readonly string[],
  { how, options }: { readonly how: ImportOptions; readonly options: ImportCommandOptions },
): Promise<CatalogueImport> {
  const shown = {
    title: 'reading documents',
    isWanted: options.quiet !== true,
    ended: ({ imported }: CatalogueImport) => `${imported.length} documents compiled`,
  };
  return withProgress(shown, (show) =>
    importCatalogue(folder, paths, {
      ...how,
      onFile: (done, total, path) => show(`${progressBar(done / total)} ${done}/${total} ${path}`),
    }),
  );
}

function nothingImported(folder: CatalogueFolder): CatalogueImport {
  const documentsHeld = folder.currentId() === undefined ? 0 : folder.loadCurrent().catalogue.documents.length;
  const nothing = { imported: [], refused: [], quarantined: [], setAside: [], resolved: [], repaired: null };
  return { catalogueId: folder.currentId(), ...nothing, documentsHeld };
}

function feedLine({ source, feed, date, records, setAside, changed }: ImportedFeed): string {
  const left = setAside === 0 ? '' : `, ${setAside} set aside`;
  return `feed ${feed} of ${date}: ${records} records${left}${changed ? '' : ', as held already'} (${source})`;
}

function tellResult({ catalogueId, documentsHeld, resolved, ...lists }: CatalogueImport): void {
  const { imported, refused, quarantined, setAside } = lists;
  const sum = (key: 'vulnerabilities' | 'vendorFixRows' | 'kbRows'): number =>
    imported.reduce((total, each) => total + each[key], 0);
  print(
    `${imported.length} documents imported, ${refused.length} refused, ${quarantined.length} quarantined, ${setAside.length} records set aside, ${documentsHeld} documents held`,
  );
  print(
    `${sum('vulnerabilities')} vulnerabilities, ${sum('vendorFixRows')} Vendor Fix rows, ${sum('kbRows')} of them with a KB`,
  );
  for (const { document, element, reason } of setAside) print(`set aside: ${document} ${element}: ${reason}`);
  for (const id of resolved) print(`${id}: good again, no longer quarantined`);
  if (catalogueId !== undefined) print(`catalogue ${catalogueId}`);
}
