import type { DocumentCounts } from '../../catalogue/advisory-document.ts';
import { isCalendarDate } from '../../terms/calendar-date.ts';
import { largestDocumentBytes } from '../limits.ts';

/** What a bundle holds, as its signed head says. Hashes are SHA-256 in hex, sizes bytes, instants UTC (ISO 8601). */
export interface BundleManifest {
  readonly contents: BundleContents;
  readonly catalogue: BundleCatalogue;
  /**
   * Ids of documents of the catalogue that do not come along, in its order: their facts are the starter catalogue's, say, and
   * the exporter never had them. None unless told.
   */
  readonly withoutDocument?: readonly string[];
  readonly sections: readonly BundleSection[];
}

/** `full`: the documents that the catalogue is compiled from come along, but for those named, and the feeds. */
export type BundleContents = 'full' | 'catalogue-only';

export interface BundleCatalogue {
  /** `sha256:…` of the catalogue, as everywhere. */
  readonly id: string;
  readonly documents: number;
  readonly newestRelease: string | null;
  readonly currentTo: string | null;
}

interface SectionBytes {
  /** `catalogue.kbcat`, `documents/<sha256>` or `feeds/<name>.kbfeed`. */
  readonly name: string;
  /** Unpacked. */
  readonly sizeBytes: number;
  readonly sha256: string;
  /** As it lies in the bundle. */
  readonly storedBytes: number;
  readonly storedSha256: string;
}

export interface CatalogueSection extends SectionBytes {
  readonly kind: 'catalogue';
}

/** One revision of a document. */
export interface DocumentSection extends SectionBytes {
  readonly kind: 'document';
  readonly id: string;
  readonly revisedAt: string;
  /** Day on which it was first seen, and the instant, where that is known. */
  readonly seenOn: string;
  readonly seenAt?: string;
  /** What stood in it, where the history says so. */
  readonly counts: DocumentCounts | null;
  /** Hash of the section before it, where this one is packed against that: an older revision of the same document. */
  readonly base: string | null;
}

/** A feed as a data folder keeps it. */
export interface FeedSection extends SectionBytes {
  readonly kind: 'feed';
  /** When its content was first seen. */
  readonly modifiedAt: string;
}

export type BundleSection = CatalogueSection | DocumentSection | FeedSection;

export const bundleSchema = 'kbgap-bundle/1';
export const catalogueName = 'catalogue.kbcat';

/** Largest catalogue. */
const largestSectionBytes = 256 * 1024 * 1024;
const largestBundleContent = 64 * 1024 * 1024 * 1024;
const largestSectionCount = 100_000;

/** One line a section, keys in a fixed order: equal content gives equal bytes. */
export function formatManifest({ contents, catalogue, withoutDocument = [], sections }: BundleManifest): Uint8Array {
  const { id, documents, newestRelease, currentTo } = catalogue;
  const named = withoutDocument.length === 0 ? {} : { withoutDocument };
  const head = { schema: bundleSchema, contents, catalogue: { id, documents, newestRelease, currentTo }, ...named };
  const lines = sections.map((section) => JSON.stringify(inOrder(section)));
  return Buffer.from(`${JSON.stringify(head).slice(0, -1)},"sections":[\n${lines.join(',\n')}\n]}\n`);
}

function inOrder(section: BundleSection): object {
  const { name, sizeBytes, sha256, storedBytes, storedSha256 } = section;
  const bytes = { name, sizeBytes, sha256, storedBytes, storedSha256 };
  if (section.kind === 'catalogue') return bytes;
  if (section.kind === 'feed') return { ...bytes, modifiedAt: section.modifiedAt };
  const { id, revisedAt, seenOn, seenAt, base } = section;
  const seen = seenAt === undefined ? { seenOn } : { seenOn, seenAt };
  return { ...bytes, id, revisedAt, ...seen, counts: orderedCounts(section.counts), base };
}

function orderedCounts(counts: DocumentCounts | null): DocumentCounts | null {
  if (counts === null) return null;
  const { vulnerabilities, vendorFixRows, kbRows, windowsKbRows, setAside } = counts;
  return { vulnerabilities, vendorFixRows, kbRows, windowsKbRows, setAside };
}

/** @throws {Error} saying what was expected where, and what came. */
export function parseManifest(bytes: Uint8Array): BundleManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(`expected a manifest in JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const root = fieldsOf(value, 'manifest');
  const schema = root.text('schema', /^kbgap-bundle\/\d+$/);
  if (schema !== bundleSchema) throw new Error(`expected a manifest of ${bundleSchema}, got ${schema}`);
  const catalogue = fieldsOf(root.any('catalogue'), 'manifest: catalogue');
  const list = root.any('sections');
  if (!Array.isArray(list) || list.length > largestSectionCount)
    throw new Error(`manifest: expected a list of at most ${largestSectionCount} sections`);
  const manifest: BundleManifest = {
    contents: root.text('contents', /^(?:full|catalogue-only)$/) as BundleContents,
    catalogue: {
      id: catalogue.text('id', /^sha256:[0-9a-f]{64}$/),
      documents: catalogue.size('documents', largestSectionCount),
      newestRelease: catalogue.textOrNull('newestRelease', /^[\w-]{1,40}$/),
      currentTo: catalogue.any('currentTo') === null ? null : catalogue.instant('currentTo'),
    },
    ...parseWithoutDocument(root.any('withoutDocument')),
    sections: list.map((item, index) => parseSection(item, `manifest: section ${index + 1}`)),
  };
  checkTogether(manifest);
  return manifest;
}

function parseWithoutDocument(value: unknown): Pick<BundleManifest, 'withoutDocument'> {
  if (value === undefined) return {};
  const isId = (each: unknown): each is string => typeof each === 'string' && documentId.test(each);
  if (!Array.isArray(value) || value.length > largestSectionCount || !value.every(isId))
    throw new Error(`manifest: expected a list of ids of documents in withoutDocument, got ${shown(value)}`);
  return { withoutDocument: value };
}

const documentId = /^[\w-]{1,40}$/;
const instant = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;
const hex = /^[0-9a-f]{64}$/;
const feedName = /^feeds\/[a-z][a-z0-9-]{0,62}\.kbfeed$/;
/** Names that Windows keeps for itself, with any ending. */
const deviceName = /(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\/|$)/i;

function isFeedName(name: string): boolean {
  return feedName.test(name) && !deviceName.test(name);
}

function parseSection(value: unknown, place: string): BundleSection {
  const fields = fieldsOf(value, place);
  const name = fields.text('name', /^[\x20-\x7e]{1,500}$/);
  const largest = name === catalogueName ? largestSectionBytes : largestDocumentBytes;
  const bytes: SectionBytes = {
    name,
    sizeBytes: fields.size('sizeBytes', largest),
    sha256: fields.text('sha256', hex),
    storedBytes: fields.size('storedBytes', largestSectionBytes),
    storedSha256: fields.text('storedSha256', hex),
  };
  if (name === catalogueName) return { kind: 'catalogue', ...bytes };
  if (isFeedName(name)) return { kind: 'feed', ...bytes, modifiedAt: fields.instant('modifiedAt') };
  if (name !== `documents/${bytes.sha256}`)
    throw new Error(
      `${place}: expected the name ${catalogueName}, documents/ with the section's own hash or feeds/ with a kept feed's plain ` +
        `file name, got ${JSON.stringify(name)}`,
    );
  return {
    kind: 'document',
    ...bytes,
    id: fields.text('id', documentId),
    revisedAt: fields.instant('revisedAt'),
    seenOn: fields.day('seenOn'),
    ...(fields.any('seenAt') === undefined ? {} : { seenAt: fields.instant('seenAt') }),
    counts: parseCounts(fields.any('counts'), `${place}: counts`),
    base: fields.textOrNull('base', hex),
  };
}

function parseCounts(value: unknown, place: string): DocumentCounts | null {
  if (value === null) return null;
  const { size } = fieldsOf(value, place);
  return {
    vulnerabilities: size('vulnerabilities', largestCount),
    vendorFixRows: size('vendorFixRows', largestCount),
    kbRows: size('kbRows', largestCount),
    windowsKbRows: size('windowsKbRows', largestCount),
    setAside: size('setAside', largestCount),
  };
}

const largestCount = 1_000_000;

function checkTogether({ contents, withoutDocument = [], sections }: BundleManifest): void {
  const names = new Set<string>();
  let previous: BundleSection | undefined;
  let total = 0;
  for (const section of sections) {
    const key = section.name.toLowerCase();
    if (names.has(key)) throw new Error(`manifest: expected each name once, got "${section.name}" twice`);
    names.add(key);
    total += section.sizeBytes;
    if (section.kind === 'document' && section.base !== null && section.base !== previous?.sha256)
      throw new Error(
        `manifest: "${section.name}" is packed against ${section.base}, which is not the section before it`,
      );
    previous = section;
  }
  if (sections[0]?.kind !== 'catalogue') throw new Error(`manifest: expected ${catalogueName} as the first section`);
  if (contents === 'catalogue-only' && sections.length > 1)
    throw new Error(`manifest: expected the catalogue alone, got ${sections.length} sections`);
  if (contents === 'catalogue-only' && withoutDocument.length > 0)
    throw new Error('manifest: expected no withoutDocument beside the catalogue alone');
  if (total > largestBundleContent)
    throw new Error(`manifest: expected at most ${largestBundleContent} bytes in all, got ${total}`);
}

interface Fields {
  any(name: string): unknown;
  text(name: string, form: RegExp): string;
  textOrNull(name: string, form: RegExp): string | null;
  /** A day of the calendar. */
  day(name: string): string;
  /** UTC. */
  instant(name: string): string;
  size(name: string, largest: number): number;
}

/** Reads own properties only: `__proto__` in the JSON is a key like any other, and unknown. */
function fieldsOf(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${place}: expected an object, got ${shown(value)}`);
  const entries = new Map<string, unknown>(Object.entries(value));
  const text = (name: string, form: RegExp): string => {
    const field = entries.get(name);
    if (typeof field !== 'string' || !form.test(field))
      throw new Error(`${place}: expected ${name} of the form ${form.source}, got ${shown(field)}`);
    return field;
  };
  const calendar = (name: string, field: string): string => {
    if (!isCalendarDate(field.slice(0, 10)))
      throw new Error(`${place}: expected a day in ${name}, got ${shown(field)}`);
    return field;
  };
  return {
    any: (name) => entries.get(name),
    text,
    textOrNull: (name, form) => (entries.get(name) === null ? null : text(name, form)),
    day: (name) => calendar(name, text(name, /^\d{4}-\d\d-\d\d$/)),
    instant: (name) => calendar(name, text(name, instant)),
    size: (name, largest) => {
      const field = entries.get(name);
      if (typeof field !== 'number' || !Number.isInteger(field) || field < 0 || field > largest)
        throw new Error(`${place}: expected ${name} from 0 to ${largest}, got ${shown(field)}`);
      return field;
    },
  };
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}
