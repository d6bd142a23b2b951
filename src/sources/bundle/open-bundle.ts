import { hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Catalogue } from '../../catalogue/catalogue.ts';
import type { Corrections } from '../../catalogue/corrections.ts';
import { BundleError } from './bundle-error.ts';
import { bundleSchema, parseManifest } from './manifest.ts';
import type { BundleManifest, BundleSection } from './manifest.ts';
import { checkSignature, parsePublicKey, untrustedComment } from './minisign.ts';
import type { PublicKey } from './minisign.ts';
import { unpackSection } from './section-packing.ts';

const largestHeadBytes = 4096;
const largestManifestBytes = 64 * 1024 * 1024;
const headLines = 7;

/**
 * Opens a bundle: its head is whole, its signature holds for the key that the file itself names, its manifest is sound, and
 * the file is as long as the manifest says. Whether that key is to be trusted is for the caller to say, before anything is
 * taken out. Sections are read one at a time, none beyond the size that the manifest gives.
 * @throws {BundleError}
 */
export function openBundle(path: string): Bundle {
  let handle;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    throw new BundleError(path, `cannot be read: ${messageOf(error)}`, { cause: error });
  }
  try {
    const head = readHead(handle);
    return new Bundle(path, handle, head);
  } catch (error) {
    closeSync(handle);
    throw new BundleError(path, messageOf(error), { cause: error });
  }
}

interface BundleHead {
  readonly signer: PublicKey;
  readonly comment: string;
  readonly manifest: BundleManifest;
  /** Where the first section begins. */
  readonly start: number;
}

export class Bundle {
  readonly path: string;
  /** Whose signature it bears, by the file's own word: compare it with keys that are known. */
  readonly signer: PublicKey;
  /** The signed comment. */
  readonly comment: string;
  readonly manifest: BundleManifest;
  private readonly handle: number;
  private readonly start: number;

  constructor(path: string, handle: number, { signer, comment, manifest, start }: BundleHead) {
    this.path = path;
    this.handle = handle;
    this.signer = signer;
    this.comment = comment;
    this.manifest = manifest;
    this.start = start;
  }

  close(): void {
    closeSync(this.handle);
  }

  /** Reads every stored byte and holds it against the manifest's hashes. Nothing is unpacked. @throws {BundleError} */
  checkStored(): void {
    let at = this.start;
    for (const section of this.manifest.sections) {
      this.readStored(section, at);
      at += section.storedBytes;
    }
  }

  /** The catalogue, whole and what the manifest says of it. @throws {BundleError} */
  readCatalogue(corrections: Corrections): { readonly bytes: Uint8Array; readonly catalogue: Catalogue } {
    const [section] = this.manifest.sections;
    if (section?.kind !== 'catalogue') throw new BundleError(this.path, 'expected a catalogue, got none');
    const bytes = this.readStored(section, this.start);
    this.checkContent(section, bytes);
    let catalogue;
    try {
      catalogue = Catalogue.fromBytes(bytes, corrections);
    } catch (error) {
      throw new BundleError(this.path, messageOf(error), { cause: error });
    }
    const { id, documents, reach } = catalogue;
    const found = { id, documents: documents.length, newestRelease: reach.newestRelease, currentTo: reach.currentTo };
    const said = this.manifest.catalogue;
    if (JSON.stringify(found) !== JSON.stringify(said))
      throw new BundleError(
        this.path,
        `expected the catalogue ${JSON.stringify(said)} of the manifest, got ${JSON.stringify(found)}`,
      );
    this.checkComplete(catalogue);
    return { bytes, catalogue };
  }

  /** Documents and feeds in their order, unpacked, each of the size and hash that the manifest gives. @throws {BundleError} */
  *contents(): Generator<{ readonly section: BundleSection; readonly bytes: Uint8Array }> {
    let at = this.start;
    let before: Uint8Array | undefined;
    for (const section of this.manifest.sections) {
      if (section.kind !== 'catalogue') {
        const isDelta = section.kind === 'document' && section.base !== null;
        const bytes = this.unpack(section, at, isDelta ? before : undefined);
        yield { section, bytes };
        before = bytes;
      }
      at += section.storedBytes;
    }
  }

  private checkComplete({ documents }: Catalogue): void {
    if (this.manifest.contents !== 'full') return;
    const held = new Set(this.manifest.sections.map(({ sha256 }) => `sha256:${sha256}`));
    const lost = documents.filter(({ hash: wanted }) => !held.has(wanted));
    const said = this.manifest.withoutDocument ?? [];
    const unsaid = lost.find(({ id }) => !said.includes(id));
    if (unsaid !== undefined)
      throw new BundleError(
        this.path,
        `expected every document of the catalogue, but ${unsaid.id} (${unsaid.hash}) is not in it`,
      );
    if (said.length !== lost.length)
      throw new BundleError(
        this.path,
        `expected the ${lost.length} documents of the catalogue that are not in it to be named, got ${said.join(', ')}`,
      );
  }

  private unpack(section: BundleSection, at: number, base: Uint8Array | undefined): Uint8Array {
    const stored = this.readStored(section, at);
    let bytes;
    try {
      bytes = unpackSection(stored, section.sizeBytes, base);
    } catch (error) {
      throw new BundleError(
        this.path,
        `section ${section.name}: expected a packed section of ${section.sizeBytes} bytes: ${messageOf(error)}`,
        { cause: error },
      );
    }
    this.checkContent(section, bytes);
    return bytes;
  }

  private checkContent({ name, sizeBytes, sha256 }: BundleSection, bytes: Uint8Array): void {
    if (bytes.length !== sizeBytes)
      throw new BundleError(this.path, `section ${name}: expected ${sizeBytes} bytes, got ${bytes.length}`);
    const found = hash('sha256', bytes);
    if (found !== sha256) throw new BundleError(this.path, `section ${name}: expected sha256 ${sha256}, got ${found}`);
  }

  private readStored({ name, storedBytes, storedSha256 }: BundleSection, at: number): Uint8Array {
    const bytes = readExactly(this.handle, at, storedBytes);
    const found = bytes === undefined ? 'the end of the file' : hash('sha256', bytes);
    if (bytes === undefined || found !== storedSha256)
      throw new BundleError(
        this.path,
        `section ${name}: expected stored bytes of sha256 ${storedSha256}, got ${found}`,
      );
    return bytes;
  }
}

function readHead(handle: number): BundleHead {
  const size = fstatSync(handle).size;
  const first = readExactly(handle, 0, Math.min(size, largestHeadBytes)) ?? Buffer.alloc(0);
  const lines = first.toString('latin1').split('\n', headLines + 1);
  const [format = '', keyLine = '', untrusted = '', signature = '', trusted = '', global = '', lengthLine = ''] = lines;
  if (format !== bundleSchema)
    throw new Error(`expected a bundle that begins with "${bundleSchema}", ${wrongStart(format)}`);
  if (lines.length <= headLines) throw new Error(`expected ${headLines} lines before the manifest, got a cut file`);
  const text = lines.slice(0, headLines).join('\n');
  if (!/^[\x20-\x7e\n]+$/.test(text)) throw new Error('expected a head of plain text, got other bytes');
  const keyText = expectStart(keyLine, 'public key: ');
  const signer = parsePublicKey(keyText);
  if (signer.text !== keyText) throw new Error('expected the public key alone in its line');
  if (untrusted !== untrustedComment(signer))
    throw new Error(`expected the line "${untrustedComment(signer)}", got ${JSON.stringify(untrusted.slice(0, 100))}`);
  const [, digits] = /^manifest: (0|[1-9]\d{0,8}) bytes$/.exec(lengthLine) ?? [];
  const length = Number(digits ?? Number.NaN);
  if (!(length <= largestManifestBytes))
    throw new Error(
      `expected the length of the manifest, at most ${largestManifestBytes} bytes, got ${JSON.stringify(lengthLine.slice(0, 100))}`,
    );
  const at = text.length + 1;
  const manifestBytes = at + length <= size ? readExactly(handle, at, length) : undefined;
  if (manifestBytes === undefined) throw new Error(`expected a manifest of ${length} bytes, got a cut file of ${size}`);
  const comment = checkSignature(manifestBytes, [untrusted, signature, trusted, global].join('\n'), signer);
  const manifest = parseManifest(manifestBytes);
  const start = at + length;
  const expected = manifest.sections.reduce((total, { storedBytes }) => total + storedBytes, start);
  if (expected !== size) throw new Error(`expected a file of ${expected} bytes by its manifest, got ${size}`);
  return { signer, comment, manifest, start };
}

function wrongStart(format: string): string {
  if (/^kbgap-bundle\/\d+$/.test(format)) return `got "${format}": a later kbgap wrote it`;
  return `got ${JSON.stringify(format.slice(0, 40))}`;
}

function expectStart(line: string, start: string): string {
  if (!line.startsWith(start))
    throw new Error(`expected a line "${start}…", got ${JSON.stringify(line.slice(0, 100))}`);
  return line.slice(start.length);
}

/** `undefined` where the file ends before. */
function readExactly(handle: number, at: number, length: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const read = readSync(handle, bytes, done, length - done, at + done);
    if (read === 0) return undefined;
    done += read;
  }
  return bytes;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
