import type { AdvisoryDocument } from './advisory-document.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { CompiledCatalogue } from './catalogue-format.ts';

/** Why a document is not believed. */
export type SuspicionKind = 'unreadable' | 'other-month' | 'future-date' | 'empty' | 'older' | 'collapsed';

export interface Suspicion {
  readonly kind: SuspicionKind;
  /** One sentence without a full stop: what was expected and what came. */
  readonly reason: string;
}

/** How much a document says. Its rows are not counted: the publisher has merged 3,115 rows into 769 that say the same (2020-May). */
export interface DocumentSize {
  readonly vulnerabilities: number;
  /** Distinct KB numbers. */
  readonly kbs: number;
  /** Pairs of a vulnerability and a product on which a KB fixes it. */
  readonly affected: number;
}

/** What is known of the revision in force. */
export interface HeldRevision extends DocumentSize {
  readonly hash: string;
  readonly currentReleaseAt: string;
}

export interface SuspicionContext {
  /** The id it was asked for by. */
  readonly askedId: string;
  readonly held: HeldRevision | undefined;
  readonly now: Date;
}

/** In the documents of 2016 to 2026 a revision never lost more than 4 % of the vulnerabilities, 14 % of the KBs and 8 % of the pairs. */
const leastVulnerabilities = 0.8;
const leastKbs = 0.7;
const leastAffected = 0.7;
/** Months of Azure Linux have a handful of either: losing two is no collapse. */
const smallestLoss = 3;
/** Clocks differ, and drafts are dated some hours ahead. */
const aheadMs = 48 * 60 * 60 * 1000;
/** A document that is published without any content. */
const publishedEmpty: ReadonlySet<string> = new Set(['2017-may-b']);

/**
 * Why a document must not replace the held one; `undefined` where nothing speaks against it. Pure.
 * Source of the thresholds: docs/decisions/0010; of the cases: what api.msrc.microsoft.com answered in July 2026.
 */
export function findSuspicion(document: AdvisoryDocument, context: SuspicionContext): Suspicion | undefined {
  return (
    otherMonth(document, context) ??
    futureDate(document, context) ??
    empty(document, context) ??
    older(document, context) ??
    collapsed(document, context)
  );
}

export function sizeOf({ counts, vulnerabilities }: AdvisoryDocument): DocumentSize {
  const kbs = new Set<KbNumber>();
  const affected = new Set<string>();
  for (const { id, remediations } of vulnerabilities) {
    for (const { kb, products } of remediations) {
      if (kb === null) continue;
      kbs.add(kb);
      for (const product of products) affected.add(`${id} ${product}`);
    }
  }
  return { vulnerabilities: counts.vulnerabilities, kbs: kbs.size, affected: affected.size };
}

/** The same of a document in a compiled catalogue; `undefined` where it has none of this id, in any case. */
export function findHeldRevision({ head, columns }: CompiledCatalogue, id: string): HeldRevision | undefined {
  const index = head.documents.findIndex((each) => each.id.toLowerCase() === id.toLowerCase());
  const document = head.documents[index];
  if (document === undefined) return undefined;
  const kbs = new Set<number>();
  const affected = new Set<number>();
  const productCount = head.productIds.length;
  const setItems = itemsOf(columns.setLength, columns.setItem);
  let row = 0;
  columns.fixLength.forEach((length, fix) => {
    const kb = columns.remediationKb[columns.fixRemediation[fix] ?? 0] ?? 0;
    for (const end = row + length; row < end; row += 1) {
      const vulnerability = columns.fixVulnerability[row] ?? 0;
      if (kb === 0 || columns.vulnerabilityDocument[vulnerability] !== index) continue;
      kbs.add(kb);
      for (const product of setItems(columns.fixSet[fix] ?? 0)) affected.add(vulnerability * productCount + product);
    }
  });
  const { hash, currentReleaseAt, counts } = document;
  const size = { vulnerabilities: counts.vulnerabilities, kbs: kbs.size, affected: affected.size };
  return { ...size, hash, currentReleaseAt };
}

/** Lists that lie one after the other, by their places. */
function itemsOf(lengths: Int32Array, items: Int32Array): (place: number) => Int32Array {
  let end = 0;
  const ends = lengths.map((length) => (end += length));
  return (place) => items.subarray((ends[place] ?? 0) - (lengths[place] ?? 0), ends[place] ?? 0);
}

function otherMonth({ id, title }: AdvisoryDocument, { askedId }: SuspicionContext): Suspicion | undefined {
  if (id.toLowerCase() !== askedId.toLowerCase()) {
    return { kind: 'other-month', reason: `expected the document ${askedId}, got ${id} ("${title}")` };
  }
  const [year, month] = id.toLowerCase().split('-');
  const named = monthNamed.exec(title);
  const inTitle = named?.[1]?.slice(0, 3).toLowerCase();
  const yearInTitle = /\b(?:19|20)\d\d\b/.exec(title)?.[0];
  const isOther = yearInTitle !== undefined && inTitle !== undefined && (yearInTitle !== year || inTitle !== month);
  return isOther && /^\d{4}$/.test(year ?? '')
    ? { kind: 'other-month', reason: `expected a title with the month of ${id}, got "${title}"` }
    : undefined;
}

const monthNamed = /\b(January|February|March|April|May|June|July|August|September|October|November|December)\b/i;

function futureDate({ currentReleaseAt }: AdvisoryDocument, { now }: SuspicionContext): Suspicion | undefined {
  if (Date.parse(currentReleaseAt) <= now.getTime() + aheadMs) return undefined;
  const reason = `expected a revision of today or before, got one dated ${currentReleaseAt}: no later one could replace it`;
  return { kind: 'future-date', reason };
}

function empty({ id, counts }: AdvisoryDocument, { held }: SuspicionContext): Suspicion | undefined {
  if (counts.vulnerabilities > 0 || publishedEmpty.has(id.toLowerCase())) return undefined;
  const before = held === undefined ? '' : `, where the held revision has ${held.vulnerabilities}`;
  return { kind: 'empty', reason: `expected vulnerabilities, got none${before}` };
}

function older(document: AdvisoryDocument, { held }: SuspicionContext): Suspicion | undefined {
  if (held === undefined || document.currentReleaseAt >= held.currentReleaseAt) return undefined;
  const sizes = `${document.counts.vulnerabilities} vulnerabilities against ${held.vulnerabilities}`;
  const reason = `expected a revision of ${held.currentReleaseAt} or later, got one of ${document.currentReleaseAt} (${sizes})`;
  return { kind: 'older', reason };
}

function collapsed(document: AdvisoryDocument, { held }: SuspicionContext): Suspicion | undefined {
  if (held === undefined) return undefined;
  const size = sizeOf(document);
  const losses = [
    { what: 'vulnerabilities', now: size.vulnerabilities, before: held.vulnerabilities, least: leastVulnerabilities },
    { what: 'KBs', now: size.kbs, before: held.kbs, least: leastKbs },
    { what: 'vulnerabilities by product', now: size.affected, before: held.affected, least: leastAffected },
  ];
  const lost = losses.filter(({ now, before, least }) => now < before * least && before - now >= smallestLoss);
  if (lost.length === 0) return undefined;
  const words = lost.map(({ what, now, before }) => `${now} ${what} where the held revision has ${before}`);
  return { kind: 'collapsed', reason: `expected about as much as is held, got ${words.join(' and ')}` };
}
