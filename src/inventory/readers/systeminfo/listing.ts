import type { Inventory } from '../../inventory.ts';
import { inventoryOf, isVersionCell, valueOf, versionOf } from './facts.ts';

/** One host's output as text: label, colon, value in each line. */
export interface Listing {
  /** Lines from the host's name, where there is one, to the next host. */
  readonly lines: readonly string[];
  /** Which of them has the version. */
  readonly versionAt: number;
}

/**
 * `OS Name:                   Microsoft Windows 10 Pro`, also with a blank before the colon, or none behind it where a label is as
 * long as its column; no `C:\>` of a console.
 */
const labelled = /^[\s\ufeff]{0,8}[^\s:\\>][^:：\\>]{0,80}[:：](?!\\)[ \t\u00a0]*(.*)$/;

export function hasListing(text: string): boolean {
  return findListings(text).length > 0;
}

/** The outputs in a text, each from its host's name on: the two lines before its version. */
export function findListings(text: string): readonly Listing[] {
  const lines = unwrapped(text.split(/\r*\n/).map((line) => (line.length > mostBlanks ? line.trimEnd() : line)));
  const versions = lines.flatMap((line, at) => (isVersionCell(valueIn(line) ?? '') ? [at] : []));
  const starts = versions.map((at) => {
    const before = Math.max(0, at - 2);
    return before + lines.slice(before, at).findLastIndex((line) => valueIn(line) === undefined) + 1;
  });
  return versions.map((at, index) => {
    const start = starts[index] ?? at;
    return { lines: lines.slice(start, starts[index + 1] ?? lines.length), versionAt: at - start };
  });
}

/** Blanks that fill a line up to a console's width may be more than a value has letters. */
const mostBlanks = 60;
const startsVersion = /[:：][ \t\u00a0]*\d{1,2}\.\d{1,2}\.\d{4,5}(?![\d.])/;

/**
 * Lines that a console's width or a letter broke are made whole, where they matter: at the system's version, and at its name
 * before that. The rest of a broken line has no label. Consoles are 80, 100, 120 … wide and cut in the midst of words.
 */
function unwrapped(lines: readonly string[]): readonly string[] {
  const whole = [...lines];
  for (let at = whole.length - 1; at >= 0; at -= 1) {
    if (!startsVersion.test(whole[at] ?? '')) continue;
    if (!isVersionCell(valueIn(whole[at]) ?? '')) joinNext(whole, at, (line) => isVersionCell(valueIn(line) ?? ''));
    joinNext(whole, at - 2, (line) => /Windows/i.test(line));
  }
  return whole;
}

/** Joins a line with a label and the next one, if that makes it what `isWhole` asks for. */
function joinNext(lines: string[], at: number, isWhole: (line: string) => boolean): void {
  const line = lines[at];
  const rest = lines[at + 1];
  if (line === undefined || rest === undefined || !isRest(rest) || valueIn(line) === undefined) return;
  const isCutByWidth = line.length % 10 === 0;
  const joined = isCutByWidth ? line + rest : `${line.trimEnd()} ${rest.trim()}`;
  if (isWhole(joined)) lines.splice(at, 2, joined);
}

/** No label, and no prompt of a console. */
function isRest(line: string): boolean {
  return line.trim() !== '' && line.length <= 200 && !/[\\>]/.test(line) && valueIn(line) === undefined;
}

export function readListing({ lines, versionAt }: Listing): Inventory {
  const named = versionAt > 0 ? lines[versionAt - 1] : undefined;
  const host = versionAt > 1 ? lines[versionAt - 2] : undefined;
  return inventoryOf({
    host: valueOf(valueIn(host)),
    name: valueOf(valueIn(named)),
    version: versionOf(valueIn(lines[versionAt]) ?? '') ?? '',
    rest: lines.slice(versionAt + 1),
  });
}

/** What stands behind the label; `undefined` where the line has none. */
function valueIn(line: string | undefined): string | undefined {
  if (line === undefined || line.length > 1000) return undefined;
  const found = labelled.exec(line);
  return found === null ? undefined : (found[1] ?? '');
}
