import { importBundle } from '../../operations/import-bundle.ts';
import { readPublicKeyFile } from '../../operations/key-folder.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { print } from '../output.ts';
import type { ImportCommandOptions } from './catalog-import.ts';

/** `kbgap catalog import BUNDLE`: what a signed bundle holds, into the data folder. */
export function runBundleImport(paths: readonly string[], options: ImportCommandOptions): ExitCode {
  const [file = ''] = paths;
  if (paths.length > 1) throw new UsageError(`expected a bundle alone, got ${paths.length} paths`);
  if (options.seen !== undefined)
    throw new UsageError('--seen: a bundle says itself when its documents were first seen');
  const result = importBundle(dataFolderOf(options), file, {
    allowOlder: options.allowOlder === true,
    ...(options.key === undefined ? {} : { key: readPublicKeyFile(options.key) }),
  });
  if (options.json === true) print(JSON.stringify(result, null, 2));
  else if (options.quiet !== true) {
    const { bundle, imported, documentsHeld, catalogueId } = result;
    print(`bundle signed by key ${bundle.keyId}: ${bundle.documents} documents, ${bundle.feeds.length} feeds`);
    print(`${imported.length} documents imported, ${documentsHeld} documents held`);
    print(`catalogue ${catalogueId ?? ''}`);
  }
  return exitCodes.clean;
}
