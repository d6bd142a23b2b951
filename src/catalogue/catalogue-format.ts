import { hash as hashOf } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { DocumentCounts } from './advisory-document.ts';
import { packColumn, unpackColumn } from './columns.ts';

/**
 * The compiled catalogue as it stands in its file: lists of texts, and columns of numbers that point into each other.
 * File: `KBGAPCAT`, then one zstd frame with a checksum, of: the length of each part (4 bytes, little-endian), then the
 * parts: the documents, the lists of `textNames`, the columns of `columnNames`. Documents and texts are JSON. The identity
 * of a catalogue is the hash of the uncompressed content, since compressed bytes change with the zstd in Node.
 */
export interface CompiledCatalogue {
  readonly head: CatalogueHead;
  readonly columns: CatalogueColumns;
}

export interface CatalogueHead {
  readonly documents: readonly CompiledDocument[];
  readonly productIds: readonly string[];
  readonly productNames: readonly string[];
  readonly families: readonly string[];
  readonly descriptions: readonly string[];
  readonly subTypes: readonly string[];
  readonly fixedBuilds: readonly string[];
  readonly urls: readonly string[];
  readonly restarts: readonly string[];
}

export interface CompiledDocument {
  readonly id: string;
  readonly title: string;
  readonly initialReleaseAt: string;
  readonly currentReleaseAt: string;
  readonly hash: string;
  readonly counts: DocumentCounts;
}

const textNames = [
  'productIds',
  'productNames',
  'families',
  'descriptions',
  'subTypes',
  'fixedBuilds',
  'urls',
  'restarts',
] as const satisfies readonly (keyof CatalogueHead)[];

const columnNames = [
  'productFamily', // 0: none, else index into families plus one
  'productNamedBy', // the document that the name is from
  'setLength', // product sets: a row's products are one of some thousand sets
  'setItem',
  'listLength', // lists of superseded KBs
  'listItem',
  'remediationKb', // 0: none
  'remediationDescription',
  'remediationSubType',
  'remediationFixedBuild',
  'remediationUrl', // 0: the Update Catalog's search for the KB, else index into urls plus one
  'remediationRestart',
  'remediationList',
  'vulnerabilityDocument',
  'vulnerabilityYear', // 0: an advisory
  'vulnerabilityNumber',
  'vulnerabilityDigits', // width of the number, leading zeros included
  'vulnerabilityExploited',
  'severityVulnerability', // one row per severity of a vulnerability
  'severityLevel',
  'severitySet',
  'fixRemediation', // a fix: what one remediation cures on one set of products; sorted by both
  'fixSet',
  'fixLength',
  'fixVulnerability', // of all fixes, one after the other, ascending within each
  'kb', // every KB with the document that names it
  'kbDocument',
] as const;

export type ColumnName = (typeof columnNames)[number];
export type CatalogueColumns = Readonly<Record<ColumnName, Int32Array>>;

const format = 2;
const magic = Buffer.from('KBGAPCAT');
/** Far above any real catalogue (5 MB): a file that unpacks to more is refused before it fills the memory. */
const largestContent = 256 * 1024 * 1024;
/** Unpacked into one buffer up to here. */
const usualContent = 4 * 1024 * 1024;

/** A file that is no compiled catalogue, or a damaged one. */
export class CatalogueFileError extends Error {
  override readonly name = 'CatalogueFileError';
  readonly code = 'catalogue-file';
}

/** The file's bytes and the catalogue's id, `sha256:…`. `level` is zstd's: 19 for files that are kept in a repository. */
export function packCatalogue(
  { head, columns }: CompiledCatalogue,
  level = 9,
): { readonly id: string; readonly bytes: Uint8Array } {
  const { documents } = head;
  const parts = [
    Buffer.from(JSON.stringify({ format, documents })),
    ...textNames.map((name) => Buffer.from(JSON.stringify(head[name]))),
    ...columnNames.map((name) => packColumn(columns[name])),
  ];
  const lengths = Buffer.alloc(parts.length * 4);
  parts.forEach((part, index) => lengths.writeUInt32LE(part.length, index * 4));
  const content = Buffer.concat([lengths, ...parts]);
  const packed = zstdCompressSync(content, {
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  return { id: `sha256:${hashOf('sha256', content)}`, bytes: Buffer.concat([magic, packed]) };
}

/** A catalogue out of its file. */
export interface UnpackedCatalogue extends CompiledCatalogue {
  /** Reckons the catalogue's id: some milliseconds that a run which does not print it should not wait for. */
  readonly findId: () => string;
}

/** @throws {CatalogueFileError} where the bytes are no catalogue, or a cut or changed one. */
export function unpackCatalogue(bytes: Uint8Array): UnpackedCatalogue {
  if (!magic.equals(bytes.subarray(0, magic.length))) {
    throw new CatalogueFileError('expected a compiled catalogue (it begins with KBGAPCAT), got another file');
  }
  try {
    const content = zstdDecompressSync(bytes.subarray(magic.length), {
      maxOutputLength: largestContent,
      chunkSize: usualContent,
    });
    const [documents, ...parts] = partsOf(content);
    const texts = parts.slice(0, textNames.length);
    return {
      findId: lateHash(content),
      head: unpackHead(documents ?? content, texts),
      columns: unpackLate(columnNames, parts.slice(textNames.length), unpackColumn),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CatalogueFileError(`expected a whole compiled catalogue, got a damaged one: ${reason}`, { cause: error });
  }
}

function partsOf(content: Buffer): readonly Buffer[] {
  let start = (1 + textNames.length + columnNames.length) * 4;
  return Array.from({ length: start / 4 }, (_, index) => {
    const end = start + content.readUInt32LE(index * 4);
    if (end > content.length) throw new RangeError(`part ${index} ends behind the end of the file`);
    const part = content.subarray(start, end);
    start = end;
    return part;
  });
}

function unpackHead(packed: Buffer, texts: readonly Buffer[]): CatalogueHead {
  const read = JSON.parse(packed.toString()) as { readonly format?: unknown; readonly documents: CompiledDocument[] };
  if (read.format !== format)
    throw new Error(`format ${String(read.format)} is not the one this kbgap reads (${format})`);
  const late = unpackLate(textNames, texts, (part) => JSON.parse(part.toString()) as readonly string[]);
  return Object.assign(late, { documents: read.documents });
}

/** Each part is unpacked when it is first asked for: judging one device needs some of them only. */
function unpackLate<Name extends string, Part>(
  names: readonly Name[],
  packed: readonly Buffer[],
  unpack: (part: Buffer) => Part,
): Readonly<Record<Name, Part>> {
  const parts = {} as Record<Name, Part>;
  names.forEach((name, index) => {
    let rest = packed[index];
    let part: Part;
    Object.defineProperty(parts, name, {
      enumerable: true,
      get: () => {
        if (rest !== undefined) part = unpack(rest);
        rest = undefined;
        return part;
      },
    });
  });
  return parts;
}

function lateHash(content: Uint8Array): () => string {
  let rest: Uint8Array | undefined = content;
  let id = '';
  return () => {
    if (rest !== undefined) id = `sha256:${hashOf('sha256', rest)}`;
    rest = undefined; // not needed again, and megabytes
    return id;
  };
}
