import { join } from 'node:path';
import type { AdvisoryDocument } from '../catalogue/advisory-document.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { Corrections } from '../catalogue/corrections.ts';
import { expandCatalogue } from '../catalogue/expand-catalogue.ts';
import { BundleError } from '../sources/bundle/bundle-error.ts';
import type { BundleContents, DocumentSection } from '../sources/bundle/manifest.ts';
import { openBundle } from '../sources/bundle/open-bundle.ts';
import type { Bundle } from '../sources/bundle/open-bundle.ts';
import type { PublicKey } from '../sources/bundle/minisign.ts';
import { keepDocument } from '../sources/keep-document.ts';
import { CatalogueFolder } from './catalogue-folder.ts';
import { DocumentHistory } from './document-history.ts';
import type { SeenDocument } from './document-history.ts';
import { BundleFeeds } from './bundle-feeds.ts';
import type { StagedFeed } from './bundle-feeds.ts';
import type { CatalogueImport } from './import-catalogue.ts';
import { FolderLock } from './folder-lock.ts';
import { KeyFolder } from './key-folder.ts';

/** The bundle's key is none of those known here. */
class UnknownKeyError extends Error {
  override readonly name = 'UnknownKeyError';
  readonly code = 'unknown-key';
  readonly keyId: string;

  constructor(source: string, { id, text }: PublicKey) {
    super(
      `${source}: expected a bundle signed by a known key, got one by key ${id} (${text}). If the key is its publisher's by ` +
        'a way of your own, name its file with --key or trust it once: kbgap catalog key trust FILE',
    );
    this.keyId = id;
  }
}

/** The bundle would take the catalogue back in time. */
class OlderBundleError extends Error {
  override readonly name = 'OlderBundleError';
  readonly code = 'older-bundle';
}

export interface BundleImportOptions {
  /** Known for this import. */
  readonly key?: PublicKey;
  readonly allowOlder?: boolean;
}

/** As for documents; what the bundle's documents replaced, and what else it brought. */
export interface BundleImport extends CatalogueImport {
  readonly bundle: {
    readonly file: string;
    readonly contents: BundleContents;
    readonly keyId: string;
    readonly catalogueId: string;
    /** Revisions of documents that it holds, older ones included. */
    readonly documents: number;
    /** Names of the feeds that were replaced. */
    readonly feeds: readonly string[];
  };
}

/**
 * Takes a bundle into the data folder. Like any import it replaces the documents that it brings and keeps the others; a held
 * document of a later revision stays. Everything is checked before anything is taken out, and the catalogue is swapped in
 * when all else lies ready: a killed import leaves the old one in force.
 * @throws {BundleError} {@link UnknownKeyError} {@link OlderBundleError}
 */
export function importBundle(dataFolder: string, file: string, options: BundleImportOptions = {}): BundleImport {
  const bundle = openBundle(file);
  try {
    refuseUnknownKey(bundle, new KeyFolder(dataFolder), options.key);
    bundle.checkStored();
    const lock = FolderLock.acquireNow(join(dataFolder, 'catalogue'), 'build', 'building a catalogue');
    try {
      return takeIn(bundle, dataFolder, options.allowOlder ?? false);
    } finally {
      lock.release();
    }
  } finally {
    bundle.close();
  }
}

function refuseUnknownKey({ path, signer }: Bundle, keys: KeyFolder, key: PublicKey | undefined): void {
  if (key?.text !== signer.text && keys.find(signer) === undefined) throw new UnknownKeyError(path, signer);
}

function takeIn(bundle: Bundle, dataFolder: string, allowOlder: boolean): BundleImport {
  const folder = new CatalogueFolder(dataFolder, new Corrections([]));
  const held = folder.currentId() === undefined ? undefined : folder.loadCurrent().catalogue;
  const { bytes, catalogue: brought } = bundle.readCatalogue(new Corrections([]));
  if (!allowOlder && held !== undefined) refuseOlder(bundle.path, held, brought);
  const merged = mergeDocuments(
    held === undefined ? [] : expandCatalogue(held.compiled),
    expandBrought(bundle, brought),
    allowOlder,
  );
  const isWhole = merged.heldCount === 0;
  const packed = isWhole ? { id: brought.id, bytes } : packCatalogue(compileCatalogue(merged.documents));
  const feeds = new BundleFeeds(dataFolder);
  const staged = unpack(bundle, { folder, feeds, allowOlder });
  folder.swapIn(packed.id, packed.bytes);
  feeds.place(staged);
  const { signer, manifest, path } = bundle;
  return {
    catalogueId: packed.id,
    imported: merged.taken.map(({ id, counts: { vulnerabilities, vendorFixRows, kbRows } }) => ({
      id,
      source: path,
      vulnerabilities,
      vendorFixRows,
      kbRows,
    })),
    refused: [],
    quarantined: [],
    setAside: [],
    documentsHeld: merged.documents.length,
    bundle: {
      file: path,
      contents: manifest.contents,
      keyId: signer.id,
      catalogueId: brought.id,
      documents: manifest.sections.filter(({ kind }) => kind === 'document').length,
      feeds: staged.map(({ name }) => name),
    },
  };
}

/** Walks through all of it: a catalogue whose parts do not fit together must not come into force. */
function expandBrought({ path }: Bundle, brought: Catalogue): readonly AdvisoryDocument[] {
  try {
    return expandCatalogue(brought.compiled);
  } catch (error) {
    throw new BundleError(
      path,
      `expected a sound catalogue: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

function refuseOlder(path: string, held: Catalogue, brought: Catalogue): void {
  const [has, got] = [dateOf(held), dateOf(brought)];
  if (got >= has) return;
  throw new OlderBundleError(
    `${path}: expected a bundle as new as the catalogue held (current to ${has}) or newer, got one current to ${got}; ` +
      '--allow-older takes it all the same',
  );
}

/** Of a catalogue of drafts and other products only: the latest revision of all. */
function dateOf({ reach, documents }: Catalogue): string {
  return (
    reach.currentTo ??
    documents
      .map(({ currentReleaseAt }) => currentReleaseAt)
      .sort()
      .at(-1) ??
    ''
  );
}

function mergeDocuments(
  held: readonly AdvisoryDocument[],
  brought: readonly AdvisoryDocument[],
  allowOlder: boolean,
): {
  readonly documents: readonly AdvisoryDocument[];
  /** Those of the bundle that are now in force. */
  readonly taken: readonly AdvisoryDocument[];
  /** Those that stay. */
  readonly heldCount: number;
} {
  const byId = new Map(brought.map((document) => [document.id.toLowerCase(), document]));
  const staying = held.filter((document) => {
    const other = byId.get(document.id.toLowerCase());
    return other === undefined || (!allowOlder && document.currentReleaseAt > other.currentReleaseAt);
  });
  const kept = new Set(staying.map(({ id }) => id.toLowerCase()));
  const taken = brought.filter(({ id }) => !kept.has(id.toLowerCase()));
  return { documents: [...staying, ...taken], taken, heldCount: staying.length };
}

/** Documents under their hashes and feeds beside their folder: neither is in force yet. */
function unpack(
  bundle: Bundle,
  { folder, feeds, allowOlder }: { folder: CatalogueFolder; feeds: BundleFeeds; allowOlder: boolean },
): readonly StagedFeed[] {
  const staged: StagedFeed[] = [];
  const seen: SeenDocument[] = [];
  feeds.clearStaging();
  for (const { section, bytes } of bundle.contents()) {
    if (section.kind === 'document') {
      keepDocument(folder.documentFolder, section.sha256, { bytes });
      seen.push(seenDocument(section));
    } else if (section.kind === 'feed') {
      const feed = feeds.stage(section.name, bytes, { modifiedAt: section.modifiedAt, replaceNewer: allowOlder });
      if (feed !== undefined) staged.push(feed);
    }
  }
  new DocumentHistory(folder.documentFolder).note(seen);
  return staged;
}

function seenDocument({ sha256, id, revisedAt, seenOn, counts }: DocumentSection): SeenDocument {
  return { hash: `sha256:${sha256}`, id, revisedAt, seenOn, ...(counts === null ? {} : { counts }) };
}
