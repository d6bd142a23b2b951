import { loadCorrections } from '../../catalogue/corrections.ts';
import { localOperator } from '../../operations/audit.ts';
import { actOfBundle } from '../../operations/catalogue-acts.ts';
import { CatalogueFolder } from '../../operations/catalogue-folder.ts';
import { importBundle } from '../../operations/import-bundle.ts';
import { readPublicKeyFile } from '../../operations/key-folder.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { repairCatalogue } from '../../operations/repair-catalogue.ts';
import { print, say } from '../output.ts';
import { tellWithoutDocument } from '../tell-without-document.ts';
import { record } from '../record.ts';
import { tellRepair } from '../tell-repair.ts';
import type { ImportCommandOptions } from './catalog-import.ts';

/** `kbgap catalog import BUNDLE`: what a signed bundle holds, into the data folder. */
export async function runBundleImport(paths: readonly string[], options: ImportCommandOptions): Promise<ExitCode> {
  const [file = ''] = paths;
  if (paths.length > 1) throw new UsageError(`expected a bundle alone, got ${paths.length} paths`);
  if (options.seen !== undefined)
    throw new UsageError('--seen: a bundle says itself when its documents were first seen');
  const dataFolder = dataFolderOf(options);
  const key = options.key === undefined ? undefined : readPublicKeyFile(options.key);
  const repaired = await repairCatalogue(new CatalogueFolder(dataFolder, loadCorrections()), { mayForget: true });
  const result = importBundle(dataFolder, file, {
    allowOlder: options.allowOlder === true,
    ...(key === undefined ? {} : { key }),
  });
  await record(options, actOfBundle(result, localOperator));
  tellRepair(repaired);
  const { bundle, imported, resolved, documentsHeld, catalogueId } = result;
  if (options.json === true) print(JSON.stringify({ ...result, repaired }, null, 2));
  else if (options.quiet !== true) {
    print(`bundle signed by key ${bundle.keyId}: ${bundle.documents} documents, ${bundle.feeds.length} feeds taken in`);
    print(`${imported.length} documents imported, ${documentsHeld} documents held`);
    for (const id of resolved) print(`${id}: good again, no longer quarantined`);
    print(`catalogue ${catalogueId ?? ''}`);
  }
  tellWithoutDocument(file, bundle.withoutDocument);
  for (const { name, reason } of bundle.feedsLeftOut) say(`${file}: ${name}: left out: ${reason}`);
  return exitCodes.clean;
}
