import { hash } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { Catalogue } from '../catalogue/catalogue.ts';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import { Corrections } from '../catalogue/corrections.ts';
import { catalogueName } from '../sources/bundle/manifest.ts';
import type { BundleContents, BundleManifest, BundleSection } from '../sources/bundle/manifest.ts';
import { bundleComment, writeBundle } from '../sources/bundle/write-bundle.ts';
import { formatPublicKey, signMessage } from '../sources/bundle/minisign.ts';
import { packSection } from '../sources/bundle/section-packing.ts';
import { CatalogueFolder } from './catalogue-folder.ts';
import { finishInterrupted } from './commit-change.ts';
import { DocumentHistory } from './document-history.ts';
import type { SeenDocument } from './document-history.ts';
import { BundleFeeds } from './bundle-feeds.ts';
import { KeyFolder } from './key-folder.ts';
import { readKeptDocument } from './kept-document.ts';
import { writeFileDurably } from './write-file-durably.ts';

/** What cannot be exported whole. */
class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly code = 'export';
}

export interface BundleExport {
  readonly file: string;
  readonly sizeBytes: number;
  readonly contents: BundleContents;
  readonly catalogue: BundleManifest['catalogue'];
  /** Revisions of documents, older ones included. */
  readonly documents: number;
  /** Ids of the catalogue's documents that are not among them: the folder never had these, only their facts. */
  readonly withoutDocument: readonly string[];
  readonly feeds: number;
  readonly keyId: string;
  /** Whether this export made the key. */
  readonly isNewKey: boolean;
  readonly publicKeyFile: string;
  readonly signatureFile: string;
}

interface Packed {
  readonly section: BundleSection;
  readonly stored: Uint8Array;
}

/**
 * Writes what a data folder holds into one signed file: the catalogue in force, every kept revision of every document, the
 * feeds. Beside it go `FILE.pub`, the key to hand to importers on another way, and `FILE.minisig`, the file's signature for
 * minisign. The same content gives the same bytes: sorted, no clock, and nothing as it happens to be compressed in the folder.
 * What the starter catalogue, or a bundle of the catalogue alone, lent comes without its document, and is named.
 * @throws {ExportError} where a document that was kept is lost, or none is kept: `catalogueOnly` does without.
 * {@link FeedFileError} where a kept feed is damaged.
 */
export async function exportBundle(
  dataFolder: string,
  file: string,
  { catalogueOnly = false }: { readonly catalogueOnly?: boolean } = {},
): Promise<BundleExport> {
  const folder = new CatalogueFolder(dataFolder, new Corrections([]));
  finishInterrupted(folder);
  const { catalogue } = folder.loadCurrent();
  const packed = [packCurrent(catalogue)];
  const withoutDocument = catalogueOnly ? [] : findNeverKept(catalogue, folder);
  if (!catalogueOnly) packed.push(...(await packDocuments(folder)), ...packFeeds(dataFolder));
  const manifest: BundleManifest = {
    contents: catalogueOnly ? 'catalogue-only' : 'full',
    catalogue: { id: catalogue.id, documents: catalogue.documents.length, ...catalogue.reach },
    withoutDocument,
    sections: packed.map(({ section }) => section),
  };
  const { privateKey, publicKey, isNew } = new KeyFolder(dataFolder).ensure();
  const bytes = writeBundle(
    manifest,
    packed.map(({ stored }) => stored),
    privateKey,
  );
  const publicKeyFile = `${file}.pub`;
  const signatureFile = `${file}.minisig`;
  writePublic(file, bytes);
  writePublic(signatureFile, Buffer.from(signMessage(bytes, privateKey, bundleComment(manifest))));
  writePublic(publicKeyFile, Buffer.from(formatPublicKey(publicKey)));
  const count = (kind: BundleSection['kind']): number =>
    manifest.sections.filter((section) => section.kind === kind).length;
  return {
    file,
    sizeBytes: bytes.length,
    contents: manifest.contents,
    catalogue: manifest.catalogue,
    documents: count('document'),
    withoutDocument,
    feeds: count('feed'),
    keyId: publicKey.id,
    isNewKey: isNew,
    publicKeyFile,
    signatureFile,
  };
}

/** To be handed on: others may read it. */
function writePublic(file: string, bytes: Uint8Array): void {
  writeFileDurably(file, bytes);
  chmodSync(file, 0o644);
}

/** Packed anew: what lies in the folder may be another Node's work, or packed for speed. */
function packCurrent(catalogue: Catalogue): Packed {
  const { id, bytes } = packCatalogue(catalogue.compiled, 19);
  if (id !== catalogue.id) throw new ExportError(`expected to pack the catalogue ${catalogue.id}, got ${id}`);
  return { section: { kind: 'catalogue', name: catalogueName, ...describe(bytes, bytes) }, stored: bytes };
}

async function packDocuments(folder: CatalogueFolder): Promise<readonly Packed[]> {
  const history = new DocumentHistory(folder.documentFolder);
  const kept = history.list().filter(({ hash: name }) => history.findFile(name) !== undefined);
  const packed: Packed[] = [];
  let before: { readonly id: string; readonly bytes: Uint8Array; readonly sha256: string } | undefined;
  for (const seen of [...kept].sort(byDocumentNewestFirst)) {
    const bytes = await readKeptDocument(history, seen);
    const base = before !== undefined && before.id === seen.id.toLowerCase() ? before : undefined;
    const stored = packSection(bytes, base?.bytes);
    const described = describe(bytes, stored);
    const { id, revisedAt, seenOn, seenAt, counts } = seen;
    const name = `documents/${described.sha256}`;
    packed.push({
      section: {
        kind: 'document',
        name,
        ...described,
        id,
        revisedAt,
        seenOn,
        ...(seenAt === undefined ? {} : { seenAt }),
        counts: counts ?? null,
        base: base?.sha256 ?? null,
      },
      stored,
    });
    before = { id: id.toLowerCase(), bytes, sha256: described.sha256 };
  }
  return packed;
}

/** Ids of documents that only lent their facts, in the catalogue's order. @throws {ExportError} */
function findNeverKept({ documents }: Catalogue, { documentFolder }: CatalogueFolder): readonly string[] {
  const history = new DocumentHistory(documentFolder);
  const seen = new Set(history.list().map(({ hash: name }) => name));
  const absent = documents.filter(({ hash: name }) => !seen.has(name) || history.findFile(name) === undefined);
  const lost = absent.length === documents.length ? absent : absent.filter(({ hash: name }) => seen.has(name));
  const [first] = lost;
  if (first !== undefined)
    throw new ExportError(
      `expected the ${documents.length} documents of the catalogue in ${documentFolder}, but ${lost.length} are not kept there ` +
        `(${first.id} …): import them, or export with --catalogue-only`,
    );
  return absent.map(({ id }) => id);
}

/** As they are kept, and of when they were first seen: nothing of it changes when the folder is copied. */
function packFeeds(dataFolder: string): readonly Packed[] {
  return new BundleFeeds(dataFolder).list().map(({ name, bytes, firstSeenAt }) => {
    const stored = packSection(bytes, undefined);
    return { section: { kind: 'feed', name, ...describe(bytes, stored), modifiedAt: firstSeenAt }, stored };
  });
}

function describe(
  content: Uint8Array,
  stored: Uint8Array,
): Pick<BundleSection, 'sizeBytes' | 'sha256' | 'storedBytes' | 'storedSha256'> {
  return {
    sizeBytes: content.length,
    sha256: hash('sha256', content),
    storedBytes: stored.length,
    storedSha256: hash('sha256', stored),
  };
}

/** By id, the newest revision first: an older one is packed against the newer. */
function byDocumentNewestFirst(a: SeenDocument, b: SeenDocument): number {
  return (
    compareText(a.id.toLowerCase(), b.id.toLowerCase()) ||
    compareText(b.revisedAt, a.revisedAt) ||
    compareText(a.hash, b.hash)
  );
}

/** By code point, not by locale: the same everywhere. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
