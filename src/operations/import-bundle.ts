import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AdvisoryDocument } from '../catalogue/advisory-document.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { Corrections } from '../catalogue/corrections.ts';
import { expandCatalogue } from '../catalogue/expand-catalogue.ts';
import { BundleError } from '../sources/bundle/bundle-error.ts';
import { DiskRoom } from '../sources/bundle/disk-room.ts';
import type { BundleContents, BundleSection, DocumentSection } from '../sources/bundle/manifest.ts';
import { openBundle } from '../sources/bundle/open-bundle.ts';
import type { Bundle } from '../sources/bundle/open-bundle.ts';
import type { PublicKey } from '../sources/bundle/minisign.ts';
import { keepDocument } from '../sources/keep-document.ts';
import { CatalogueFolder } from './catalogue-folder.ts';
import { commitChange, finishChange } from './commit-change.ts';
import type { SeenDocument } from './document-history.ts';
import { BundleFeeds } from './bundle-feeds.ts';
import type { StagedFeed } from './bundle-feeds.ts';
import { FeedFolder } from './feed-folder.ts';
import type { CatalogueImport } from './import-catalogue.ts';
import { FolderLock } from './folder-lock.ts';
import type { KeepOptions } from './keep-feed.ts';
import { KeyFolder } from './key-folder.ts';
import { Quarantine } from './quarantine.ts';
import type { QuarantinedDocument } from './quarantine.ts';

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
  readonly now?: Date;
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
    /** Ids of documents of its catalogue that it does not hold. */
    readonly withoutDocument: readonly string[];
    /** Names of the feeds that were replaced. */
    readonly feeds: readonly string[];
    /** Those that were left out, and why: older than the held one, or none that this kbgap knows. */
    readonly feedsLeftOut: readonly { readonly name: string; readonly reason: string }[];
  };
}

/**
 * Takes a bundle into the data folder. Like any import it replaces the documents that it brings and keeps the others; a held
 * document of a later revision stays, and so does a feed of a later day. Signature and stored bytes are checked before anything
 * is taken out, and all of it comes into force at once when everything lies ready: a killed import has changed nothing.
 * @throws {BundleError} {@link UnknownKeyError} {@link OlderBundleError}
 */
export function importBundle(dataFolder: string, file: string, options: BundleImportOptions = {}): BundleImport {
  const bundle = openBundle(file);
  try {
    refuseUnknownKey(bundle, new KeyFolder(dataFolder), options.key);
    bundle.checkStored();
    const lock = FolderLock.acquireNow(join(dataFolder, 'catalogue'), 'build', 'building a catalogue');
    try {
      return new FeedFolder(dataFolder).lockedSync(() => takeIn(bundle, dataFolder, options));
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

function takeIn(
  bundle: Bundle,
  dataFolder: string,
  { allowOlder = false, now = new Date() }: BundleImportOptions,
): BundleImport {
  const folder = new CatalogueFolder(dataFolder, new Corrections([]));
  finishChange(folder);
  const held = folder.currentId() === undefined ? undefined : folder.loadCurrent().catalogue;
  const { bytes, catalogue: brought } = bundle.readCatalogue(new Corrections([]));
  if (!allowOlder && held !== undefined) refuseOlder(bundle.path, held, brought);
  const merged = mergeDocuments(
    held === undefined ? [] : expandCatalogue(held.compiled),
    expandBrought(bundle, brought),
    allowOlder,
  );
  const isWhole = merged.heldCount === 0;
  const catalogue = isWhole ? { id: brought.id, bytes } : packCatalogue(compileCatalogue(merged.documents));
  const { seen, staged } = unpack(bundle, folder, { now, allowOlder });
  const feeds = staged.filter(({ state }) => state === 'staged').map(({ name }) => name);
  const resolved = resolvedIds(new Quarantine(folder.path).list(), merged.taken);
  commitChange(folder, { catalogue, seen, resolved, feeds });
  const { signer, manifest, path } = bundle;
  return {
    catalogueId: catalogue.id,
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
      withoutDocument: manifest.withoutDocument ?? [],
      feeds,
      feedsLeftOut: staged.flatMap(({ name, reason }) => (reason === null ? [] : [{ name, reason }])),
    },
    resolved,
    repaired: null,
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

/** A document that is as new as the one in quarantine, or newer, ends that. */
function resolvedIds(
  quarantined: readonly QuarantinedDocument[],
  taken: readonly AdvisoryDocument[],
): readonly string[] {
  const dates = new Map(taken.map(({ id, currentReleaseAt }) => [id.toLowerCase(), currentReleaseAt]));
  return quarantined.flatMap(({ id, kind, revisedAt }) => {
    const date = dates.get(id.toLowerCase());
    // Of another month's document, or one that is to come, the date says nothing.
    const isDated = revisedAt !== null && kind !== 'other-month' && kind !== 'future-date';
    return date === undefined || (isDated && date < revisedAt) ? [] : [id];
  });
}

/** Documents under their hashes and feeds beside their folder: nothing of it is in force yet. */
function unpack(
  bundle: Bundle,
  folder: CatalogueFolder,
  options: KeepOptions,
): { readonly seen: readonly SeenDocument[]; readonly staged: readonly StagedFeed[] } {
  const feeds = new BundleFeeds(join(folder.path, '..'));
  const room = new DiskRoom(bundle);
  const seen: SeenDocument[] = [];
  const staged: StagedFeed[] = [];
  const written: string[] = [];
  try {
    for (const { section, bytes } of bundle.contents()) {
      if (section.kind === 'document') {
        const kept = keepDocument(folder.documentFolder, section.sha256, { bytes });
        if (kept !== undefined) written.push(kept.path);
        room.take(kept?.sizeBytes ?? 0);
        seen.push(seenDocument(section));
      } else if (section.kind === 'feed') staged.push(stageFeed(feeds, { section, bytes, bundle }, options));
    }
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    feeds.clearStaging();
    throw error;
  }
  return { seen, staged };
}

function stageFeed(
  feeds: BundleFeeds,
  { section, bytes, bundle }: { readonly section: BundleSection; readonly bytes: Uint8Array; readonly bundle: Bundle },
  options: KeepOptions,
): StagedFeed {
  try {
    return feeds.stage(section.name, bytes, options);
  } catch (error) {
    throw new BundleError(bundle.path, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function seenDocument({ sha256, id, revisedAt, seenOn, seenAt, counts }: DocumentSection): SeenDocument {
  const seen = seenAt === undefined ? { seenOn } : { seenOn, seenAt };
  return { hash: `sha256:${sha256}`, id, revisedAt, ...seen, ...(counts === null ? {} : { counts }) };
}
