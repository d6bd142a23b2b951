import { withBoundedLists } from './bounded-lists.ts';
import { withoutTwoBuilds } from './two-builds.ts';
import { withPlainTexts } from '../facts/plain-text.ts';
import { InventoryFormatError } from './inventory-format-error.ts';
import { native } from './native/read.ts';
import { isBrokenJson } from '../text/json-text.ts';
import { isNoText } from './no-text.ts';
import { notThis } from './reader.ts';
import type { InventoryReader, ReadReport, Recognition } from './reader.ts';
import { readers } from './readers.ts';
import { recogniseOnce } from './recognise-once.ts';
import type { ReportInput } from './report-input.ts';

/** What a report said, and by which format it was read. */
export interface RecognisedReport extends ReadReport {
  readonly format: string;
}

/** Below it a report only resembles a format. */
export const leastConfidence = 0.3;
/** Two formats that speak this much alike cannot be told apart. */
const tooClose = 0.05;

interface Candidate extends Recognition {
  readonly reader: InventoryReader;
}

/**
 * Reads a report by the format that its content speaks for most, or by `format`.
 * @throws {InventoryFormatError} where none fits or two fit alike, naming the nearest formats and what spoke against each.
 */
export function readInventory(input: ReportInput, format?: string): RecognisedReport {
  const reader = format === undefined ? detectFormat(input) : getReader(format, input.source);
  const { inventories, notes } = reader.read(input);
  const bounded = withBoundedLists({ inventories, notes }, input.source);
  const plain = { ...bounded, inventories: bounded.inventories.map(withPlainTexts) };
  const apart = withoutSharedIds(plain, input.source);
  // Native lines are reports of their own, one after the other: the later one stands.
  const report = reader.format === native.format ? apart : withoutTwoBuilds(apart, input.source);
  return { format: reader.format, ...report };
}

/** An id that two names of one report share is a cloned one: it tells no device, their names do. */
function withoutSharedIds({ inventories, notes }: ReadReport, source: string): ReadReport {
  if (inventories.length < 2) return { inventories, notes };
  const namesOf = new Map<string, Set<string>>();
  for (const { device } of inventories) {
    if (device.sourceId === undefined || device.name === undefined) continue;
    const names = namesOf.get(device.sourceId) ?? new Set();
    namesOf.set(device.sourceId, names.add(device.name.toLowerCase()));
  }
  const shared = new Set([...namesOf].flatMap(([id, names]) => (names.size > 1 ? [id] : [])));
  if (shared.size === 0) return { inventories, notes };
  return {
    inventories: inventories.map((each) =>
      shared.has(each.device.sourceId ?? '') ? { ...each, device: { ...each.device, sourceId: undefined } } : each,
    ),
    notes: [
      ...notes,
      ...[...shared].map((id) => `${source}: ${id} is the id of several hosts; their names tell them apart`),
    ],
  };
}

/** The reader of a format id. @throws {InventoryFormatError} naming all ids. */
export function getReader(format: string, source: string): InventoryReader {
  const found = readers.find((reader) => reader.format === format.trim().toLowerCase());
  if (found !== undefined) return found;
  const known = readers.map((reader) => reader.format).sort();
  throw new InventoryFormatError(source, `a format out of ${known.join(', ')}`, JSON.stringify(format.slice(0, 60)));
}

/** @throws {InventoryFormatError} */
export function detectFormat(input: ReportInput): InventoryReader {
  if (input.bytes.length === 0 || (input.kind === 'text' && input.text.trim() === '' && input.bytes.length <= 2))
    throw new InventoryFormatError(input.source, 'a report', 'an empty file');
  // A report that names itself needs no comparison, and kbgap's own come by the thousand.
  if (native.kinds.includes(input.kind) && native.recognise(input).confidence === 1) return native;
  const judged = judgeFormats(input);
  const [best, second] = judged;
  if (best === undefined || best.confidence < leastConfidence) throw unknownFormat(input, judged);
  if (second !== undefined && best.confidence - second.confidence < tooClose) {
    const alike = judged.filter(({ confidence }) => best.confidence - confidence < tooClose);
    const names = alike.map(({ reader }) => reader.format).join(' or ');
    throw new InventoryFormatError(
      input.source,
      'a report of one format',
      `what may be ${names}: name it with --format`,
    );
  }
  return best.reader;
}

/** Where a format is recognised this surely, those that it wraps are not asked. */
const sure = 0.9;

/** Every format of the report's kind with what speaks for and against it, the likeliest first. */
export function judgeFormats(input: ReportInput): readonly Candidate[] {
  const isBroken = input.kind === 'text' && isBrokenJson(input.text);
  const judged = readers
    .filter(({ kinds }) => kinds.includes(input.kind))
    .map((reader) => ({
      reader,
      ...(isBroken ? notThis('it is JSON that broke off') : recogniseOnce(reader, input)),
    }));
  const wrapped = new Set(judged.flatMap(({ reader, confidence }) => (confidence < sure ? [] : (reader.wraps ?? []))));
  return judged
    .filter(({ reader }) => !wrapped.has(reader.format))
    .sort((a, b) => b.confidence - a.confidence || (a.reader.format < b.reader.format ? -1 : 1));
}

const kindNames = { json: 'JSON', xml: 'XML', text: 'text', binary: 'an archive or workbook' } as const;
const mostNamed = 8;

function unknownFormat(input: ReportInput, judged: readonly Candidate[]): InventoryFormatError {
  const { source, kind, text } = input;
  if (kind === 'text' && isNoText(text))
    return new InventoryFormatError(source, 'a report of a known format', 'bytes that are neither text nor a workbook');
  const near = nearest(text.slice(0, 65_536), judged);
  if (kind === 'text' && isBrokenJson(text)) {
    const like = near.slice(0, mostNamed).map(({ reader }) => reader.format);
    const broken = `JSON that broke off, or nests deeper than any report${like.length === 0 ? '' : `; it is most like ${like.join(', ')}`}`;
    return new InventoryFormatError(source, 'a report of a known format', broken);
  }
  const named = (near.length > 0 ? near : judged).slice(0, mostNamed);
  const against = named.map(({ reader, against: reason }) => `${reader.format} (${reason})`).join(', ');
  const broken = kind === 'text' && /^\s*[[{]/.test(text.slice(0, 4096)) ? '; it starts like JSON and is none' : '';
  return new InventoryFormatError(
    source,
    'a report of a known format',
    `${kindNames[kind]} that is none of: ${against}${broken}`,
  );
}

/** A recognition of one mark; even all of them do not make a format. */
const perMark = 0.08;
const mostOfMarks = 0.25;

/** Formats that the report resembles: by what their readers say, and by their marks. */
function nearest(head: string, judged: readonly Candidate[]): readonly Candidate[] {
  return judged
    .map((each) => {
      const met = (each.reader.marks ?? []).filter((mark) => mark.test(head)).length;
      return { ...each, confidence: Math.max(each.confidence, Math.min(mostOfMarks, met * perMark)) };
    })
    .filter(({ confidence }) => confidence > 0)
    .sort((a, b) => b.confidence - a.confidence);
}
