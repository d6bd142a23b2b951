import { hash as hashOf } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { DocumentCounts } from './advisory-document.ts';
import { packColumn, unpackColumn } from './columns.ts';

/**
 * The compiled catalogue as it stands in its file: lists of texts, and columns of numbers that point into each other.
 * File: `KBGAPCAT`, then one zstd frame with a checksum, of: the length of each part (4 bytes, little-endian), then the
 * parts: the documents, the lists of `textNames`, the columns of `columnNames`. Documents and texts are JSON. Behind them may
 * stand parts that came later, by name, which older programs pass by and whose lack newer ones bear: the length of a list
 * (4 bytes), the list as JSON (`[["scoreVectors", 1234], …]`, names and lengths), the parts. The identity
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
  readonly scoreVectors?: readonly string[];
  readonly knownIssueUrls?: readonly string[];
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

const laterTextNames = ['scoreVectors', 'knownIssueUrls'] as const satisfies readonly (keyof CatalogueHead)[];

const laterColumnNames = [
  'scoreVulnerability', // CVSS: one row per score of a vulnerability, the highest first
  'scoreTenths', // the base score times ten
  'scoreVector',
  'scoreSet', // 0: all its products, else a product set plus one
  'knownIssueDocument', // support articles on known issues of an update
  'knownIssueKb',
  'knownIssueUrl', // 0: support.microsoft.com/help/<kb>, else index into knownIssueUrls plus one
] as const;

export type ColumnName = (typeof columnNames)[number];
type LaterColumnName = (typeof laterColumnNames)[number];
export type CatalogueColumns = Readonly<Record<ColumnName, Int32Array> & Partial<Record<LaterColumnName, Int32Array>>>;

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
  const content = Buffer.concat([lengths, ...parts, ...packLater(head, columns)]);
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
    const { parts, end } = partsOf(content);
    const [documents, ...packed] = parts;
    const later = laterParts(content, end);
    const texts = new Map([...named(textNames, packed), ...later]);
    return {
      findId: lateHash(content),
      head: unpackHead(documents ?? content, texts),
      columns: unpackLate(
        new Map([...named(columnNames, packed.slice(textNames.length)), ...later]),
        [...columnNames, ...laterColumnNames],
        unpackColumn,
      ) as CatalogueColumns,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CatalogueFileError(`expected a whole compiled catalogue, got a damaged one: ${reason}`, { cause: error });
  }
}

/** The same as plain data, every column unpacked: what can be handed to another thread. */
export function plainCompiled({ head, columns }: CompiledCatalogue): CompiledCatalogue {
  const names = [...columnNames, ...laterColumnNames].filter((name) => columns[name] !== undefined);
  return { head, columns: Object.fromEntries(names.map((name) => [name, columns[name]])) as CatalogueColumns };
}

/** What came into the format later, as one more block behind the parts that every reader knows. */
function packLater(head: CatalogueHead, columns: CatalogueColumns): readonly Uint8Array[] {
  const parts: (readonly [name: string, bytes: Uint8Array])[] = [];
  for (const name of laterTextNames) {
    const texts = head[name];
    if (texts !== undefined) parts.push([name, Buffer.from(JSON.stringify(texts))]);
  }
  for (const name of laterColumnNames) {
    const column = columns[name];
    if (column !== undefined) parts.push([name, packColumn(column)]);
  }
  if (parts.length === 0) return [];
  const list = Buffer.from(JSON.stringify(parts.map(([name, { length }]) => [name, length])));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(list.length);
  return [length, list, ...parts.map(([, bytes]) => bytes)];
}

/** The parts behind those that every reader knows, by name. */
function laterParts(content: Buffer, start: number): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  if (start === content.length) return found;
  const length = content.readUInt32LE(start);
  let at = start + 4 + length;
  const list = JSON.parse(content.subarray(start + 4, at).toString()) as readonly (readonly [string, number])[];
  for (const [name, size] of list) {
    if (!(size >= 0 && at + size <= content.length))
      throw new RangeError(`part ${name} ends behind the end of the file`);
    found.set(name, content.subarray(at, at + size));
    at += size;
  }
  return found;
}

function named(names: readonly string[], parts: readonly Buffer[]): readonly (readonly [string, Buffer])[] {
  return names.flatMap((name, index) => {
    const part = parts[index];
    return part === undefined ? [] : [[name, part] as const];
  });
}

function partsOf(content: Buffer): { readonly parts: readonly Buffer[]; readonly end: number } {
  let start = (1 + textNames.length + columnNames.length) * 4;
  const parts = Array.from({ length: start / 4 }, (_, index) => {
    const end = start + content.readUInt32LE(index * 4);
    if (end > content.length) throw new RangeError(`part ${index} ends behind the end of the file`);
    const part = content.subarray(start, end);
    start = end;
    return part;
  });
  return { parts, end: start };
}

function unpackHead(packed: Buffer, texts: ReadonlyMap<string, Buffer>): CatalogueHead {
  const read = JSON.parse(packed.toString()) as { readonly format?: unknown; readonly documents: CompiledDocument[] };
  if (read.format !== format)
    throw new Error(`format ${String(read.format)} is not the one this kbgap reads (${format})`);
  const names = [...textNames, ...laterTextNames];
  const late = unpackLate(texts, names, (part) => JSON.parse(part.toString()) as readonly string[]);
  return Object.assign(late, { documents: read.documents }) as CatalogueHead;
}

/** Each part is unpacked when it is first asked for: judging one device needs some of them only. */
function unpackLate<Name extends string, Part>(
  packed: ReadonlyMap<string, Buffer>,
  names: readonly Name[],
  unpack: (part: Buffer) => Part,
): Partial<Readonly<Record<Name, Part>>> {
  const parts: Partial<Record<Name, Part>> = {};
  for (const name of names) {
    let rest = packed.get(name);
    if (rest === undefined) continue;
    let part: Part;
    Object.defineProperty(parts, name, {
      enumerable: true,
      get: () => {
        if (rest !== undefined) part = unpack(rest);
        rest = undefined;
        return part;
      },
    });
  }
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
