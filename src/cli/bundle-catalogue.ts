import { existsSync } from 'node:fs';
import { loadCorrections } from '../catalogue/corrections.ts';
import { KeyFolder } from '../operations/key-folder.ts';
import { openBundle } from '../sources/bundle/open-bundle.ts';
import { readConfig } from './config.ts';
import type { LoadedCatalogue } from './compose.ts';
import { say } from './output.ts';

/**
 * The catalogue in a bundle, to judge by once: every stored byte must be as signed. Nothing is taken into a data folder, so
 * an unknown signer is named, not refused. @throws {BundleError}
 */
export function readCatalogueOfBundle(
  file: string,
  { data, quiet }: { readonly data?: string; readonly quiet?: boolean },
): LoadedCatalogue {
  const bundle = openBundle(file);
  try {
    bundle.checkStored();
    const { catalogue } = bundle.readCatalogue(loadCorrections());
    const folder = data ?? readConfig().dataFolder;
    const known = folder !== undefined && existsSync(folder) && new KeyFolder(folder).find(bundle.signer) !== undefined;
    const { id } = bundle.signer;
    if (quiet !== true)
      say(
        `${file}: signed by key ${id}, ${known ? 'which is known here' : 'which is not known here: its origin is not proven'}`,
      );
    return { catalogue, starter: false };
  } finally {
    bundle.close();
  }
}
