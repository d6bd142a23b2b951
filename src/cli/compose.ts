import { readFileSync } from 'node:fs';
import { Catalogue } from '../catalogue/catalogue.ts';
import { loadCorrections } from '../catalogue/corrections.ts';
import { isBundleFile } from '../sources/bundle/is-bundle-file.ts';
import { loadStarterCatalogue } from '../catalogue/starter-catalogue.ts';
import type { JoinedFacts } from '../operations/joined-facts.ts';
import type { CommonOptions } from './main.ts';
import { defaultDataFolder, readConfig } from './config.ts';
import { UsageError } from './exit-code.ts';

/** A catalogue and whether it is the one that came with kbgap. */
export interface LoadedCatalogue {
  readonly catalogue: Catalogue;
  readonly starter: boolean;
}

/** The data folder that a command works on. */
export function dataFolderOf(options: Pick<CommonOptions, 'data'>): string {
  return options.data ?? readConfig().dataFolder ?? defaultDataFolder();
}

/** The data folder that an option or a variable names; commands that need none then do without. */
export function namedDataFolder(options: { readonly data?: string }): string | undefined {
  return options.data ?? readConfig().dataFolder;
}

/** The catalogue that a one-shot command judges by: the named file, the data folder's if one is named, the starter one. */
export async function catalogueFor(options: {
  readonly data?: string;
  readonly catalog?: string;
  readonly quiet?: boolean;
}): Promise<LoadedCatalogue> {
  if (options.catalog !== undefined) {
    if (isBundleFile(options.catalog)) {
      const { readCatalogueOfBundle } = await import('./bundle-catalogue.ts');
      return readCatalogueOfBundle(options.catalog, options);
    }
    return { catalogue: Catalogue.fromBytes(readCatalogueFile(options.catalog), loadCorrections()), starter: false };
  }
  const folder = namedDataFolder(options);
  if (folder === undefined) return { catalogue: loadStarterCatalogue(), starter: true };
  const { CatalogueFolder } = await import('../operations/catalogue-folder.ts');
  return new CatalogueFolder(folder, loadCorrections()).loadCurrent();
}

/**
 * What is shown beside verdicts: by the catalogue, and the feeds of the data folder where one is named, else without any; a
 * damaged feed is left out and told. Loaded here, since a plain verdict has no use for it.
 */
export async function factsFor(
  catalogue: Catalogue,
  options: { readonly data?: string },
  say: (line: string) => void,
): Promise<JoinedFacts> {
  const folder = namedDataFolder(options);
  const { HeldFeeds } = await import('../operations/held-feeds.ts');
  const { JoinedFacts } = await import('../operations/joined-facts.ts');
  const warn = (facts: object, sentence: string): void => say(`${messageOf(facts)}: ${sentence}`);
  if (folder === undefined) return new JoinedFacts(catalogue, new HeldFeeds(null));
  const { FeedFolder } = await import('../operations/feed-folder.ts');
  return new JoinedFacts(catalogue, new HeldFeeds(new FeedFolder(folder), { warn }));
}

function messageOf(facts: object): string {
  return 'err' in facts && facts.err instanceof Error ? facts.err.message : 'feeds';
}

function readCatalogueFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(
      `--catalog: expected a compiled catalogue or a bundle, but ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
