import { hash as hashOf } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { DocumentCounts } from './advisory-document.ts';
import { packColumn, unpackColumn } from './columns.ts';

/**
 * The compiled catalogue as it stands in its file: texts in a JSON head, everything else in columns of numbers that
 * point into each other. File: `KBGAPCAT`, then one zstd frame with a checksum, of: length of the head, head, length of
 * each column, columns in the order of `columnNames`; lengths in bytes, as 4 bytes, little-endian. The identity of a
 * catalogue is the hash of the uncompressed content, since compressed bytes change with the zstd in Node.
 */
export interface CompiledCatalogue {
  readonly head: CatalogueHead;
  readonly columns: CatalogueColumns;
}

export interface CatalogueHead {
  readonly format: 1;
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
  'rowVulnerability', // the facts: vulnerability × remediation × set of products, sorted by remediation
  'rowRemediation',
  'rowSet',
  'kb', // every KB with the document that names it
  'kbDocument',
] as const;

export type ColumnName = (typeof columnNames)[number];
export type CatalogueColumns = Readonly<Record<ColumnName, Int32Array>>;

const magic = Buffer.from('KBGAPCAT');
/** Far above any real catalogue (5 MB): a file that unpacks to more is refused before it fills the memory. */
const largestContent = 256 * 1024 * 1024;

/** A file that is no compiled catalogue, or a damaged one. */
export class CatalogueFileError extends Error {
  override readonly name = 'CatalogueFileError';
  readonly code = 'catalogue-file';
}

/** The file's bytes and the catalogue's id, `sha256:…`. `level` is zstd's: 19 for files that are kept in a repository. */
export function packCatalogue(
  compiled: CompiledCatalogue,
  level = 9,
): { readonly id: string; readonly bytes: Uint8Array } {
  const head = Buffer.from(JSON.stringify(compiled.head));
  const columns = columnNames.map((name) => packColumn(compiled.columns[name]));
  const content = Buffer.concat([lengthsOf([head]), head, lengthsOf(columns), ...columns]);
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
    const content = zstdDecompressSync(bytes.subarray(magic.length), { maxOutputLength: largestContent });
    const headEnd = 4 + content.readUInt32LE(0);
    const head = JSON.parse(content.toString('utf8', 4, headEnd)) as CatalogueHead;
    if (head.format !== 1) throw new Error(`format ${String(head.format)} is not one this kbgap reads (1)`);
    return { findId: lateHash(content), head, columns: unpackColumns(content, headEnd) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CatalogueFileError(`expected a whole compiled catalogue, got a damaged one: ${reason}`, { cause: error });
  }
}

function lengthsOf(parts: readonly Uint8Array[]): Uint8Array {
  const lengths = Buffer.alloc(parts.length * 4);
  parts.forEach((part, index) => lengths.writeUInt32LE(part.length, index * 4));
  return lengths;
}

/** Each column is unpacked when it is first asked for: judging one device needs a part of them. */
function unpackColumns(content: Buffer, position: number): CatalogueColumns {
  const columns = {} as CatalogueColumns;
  let start = position + columnNames.length * 4;
  columnNames.forEach((name, index) => {
    const end = start + content.readUInt32LE(position + index * 4);
    let packed: Uint8Array | undefined = content.subarray(start, end);
    if (packed.length !== end - start) throw new RangeError(`the column ${name} ends too early`);
    let values: Int32Array | undefined;
    Object.defineProperty(columns, name, {
      enumerable: true,
      get: () => {
        if (packed !== undefined) values = unpackColumn(packed);
        packed = undefined;
        return values;
      },
    });
    start = end;
  });
  return columns;
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
