import { loadCorrections } from '../../catalogue/corrections.ts';
import { CatalogueFolder } from '../../operations/catalogue-folder.ts';
import { importCatalogue } from '../../operations/import-catalogue.ts';
import type { CatalogueImport, ImportOptions } from '../../operations/import-catalogue.ts';
import { isBundleFile } from '../../sources/bundle/is-bundle-file.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';

export interface ImportCommandOptions extends CommonOptions {
  readonly seen?: string;
  readonly key?: string;
  readonly allowOlder?: boolean;
}

/** `kbgap catalog import PATH…`: documents, or a bundle, into the data folder; exit 2 where one was refused whole. */
export async function runCatalogImport(paths: readonly string[], options: ImportCommandOptions): Promise<ExitCode> {
  if (paths.some(isBundleFile)) return (await import('./bundle-import.ts')).runBundleImport(paths, options);
  refuseBundleOptions(options);
  const folder = new CatalogueFolder(dataFolderOf(options), loadCorrections());
  const how = options.seen === undefined ? {} : { seenOn: options.seen };
  const result =
    options.quiet === true ? await importCatalogue(folder, paths, how) : await withProgress(folder, paths, how);
  if (options.json === true) print(JSON.stringify(result, null, 2));
  else if (options.quiet !== true) tellResult(result);
  for (const { source, reason } of result.refused) say(`${source}: refused: ${reason}`);
  return result.refused.length > 0 || result.imported.length === 0 ? exitCodes.unusable : exitCodes.clean;
}

function refuseBundleOptions({ key, allowOlder }: ImportCommandOptions): void {
  if (key !== undefined || allowOlder === true)
    throw new UsageError(`${key === undefined ? '--allow-older' : '--key'}: expected a bundle, got other files`);
}

/** A progress bar on a terminal, a plain line otherwise; both on stderr. */
async function withProgress(
  folder: CatalogueFolder,
  paths: readonly string[],
  how: ImportOptions,
): Promise<CatalogueImport> {
  if (!process.stderr.isTTY) return importCatalogue(folder, paths, how);
  const { Listr } = await import('listr2');
  const context: { result?: CatalogueImport } = {};
  const tasks = new Listr<typeof context>(
    [
      {
        title: 'reading documents',
        task: async (ctx, task) => {
          ctx.result = await importCatalogue(folder, paths, {
            ...how,
            onFile: (done, total, path) =>
              (task.title = `reading documents ${bar(done / total)} ${done}/${total} ${path}`),
          });
          task.title = `${ctx.result.imported.length} documents compiled`;
        },
      },
    ],
    { rendererOptions: { collapseSubtasks: true } },
  );
  await tasks.run(context);
  return context.result ?? { catalogueId: undefined, imported: [], refused: [], setAside: [], documentsHeld: 0 };
}

function bar(share: number): string {
  const width = 24;
  const full = Math.round(share * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}

function tellResult({ catalogueId, imported, refused, setAside, documentsHeld }: CatalogueImport): void {
  const sum = (key: 'vulnerabilities' | 'vendorFixRows' | 'kbRows'): number =>
    imported.reduce((total, each) => total + each[key], 0);
  print(
    `${imported.length} documents imported, ${refused.length} refused, ${setAside.length} records set aside, ${documentsHeld} documents held`,
  );
  print(
    `${sum('vulnerabilities')} vulnerabilities, ${sum('vendorFixRows')} Vendor Fix rows, ${sum('kbRows')} of them with a KB`,
  );
  for (const { document, element, reason } of setAside) print(`set aside: ${document} ${element}: ${reason}`);
  if (catalogueId !== undefined) print(`catalogue ${catalogueId}`);
}
