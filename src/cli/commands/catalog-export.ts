import { exportBundle } from '../../operations/export-bundle.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { tellWithoutDocument } from '../tell-without-document.ts';

interface ExportOptions extends CommonOptions {
  readonly catalogueOnly?: boolean;
}

/** `kbgap catalog export FILE`: the signed bundle, with the public key and a signature for minisign beside it. */
export async function runCatalogExport([file = '']: readonly string[], options: ExportOptions): Promise<ExitCode> {
  const result = await exportBundle(dataFolderOf(options), file, { catalogueOnly: options.catalogueOnly === true });
  if (options.json === true) print(JSON.stringify(result, null, 2));
  else if (options.quiet !== true) {
    const { sizeBytes, documents, feeds, catalogue, keyId, publicKeyFile, signatureFile } = result;
    print(
      `${file}: ${(sizeBytes / 1e6).toFixed(1)} MB, ${documents} documents, ${feeds} feeds, catalogue ${catalogue.id}`,
    );
    print(`signed by key ${keyId}; public key in ${publicKeyFile}, signature for minisign in ${signatureFile}`);
    if (result.isNewKey) say('The key was made now. Give its public half to importers on another way than the bundle.');
  }
  tellWithoutDocument(file, result.withoutDocument);
  return exitCodes.clean;
}
