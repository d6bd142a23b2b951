import { parseBuild, parseUbr } from '../../facts/build-number.ts';
import { parseInstant } from '../../facts/instant.ts';
import { kbsNamedIn } from '../../facts/kb-names.ts';
import { dateOfSerial } from '../../text/workbook/cell-styles.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import type { DateOrder } from './column-mapping.ts';
import type { MappedCell } from './mapped-rows.ts';

/**
 * Build and UBR of their cells. The build may stand in a text, `Windows 10 (10.0.19045.3930)` or `22H2 (OS Build 19045.3930)`. A
 * number with a fraction has lost the zeros at its end (19045.3930 is 19045.393): its fraction is no UBR.
 */
export function buildOfCells(build: MappedCell, ubr: MappedCell): WindowsBuild | undefined {
  const found = build.texts
    .map((text) => parseBuild(build.isFraction ? text.split('.')[0] : buildIn(text)))
    .find(isKnown);
  if (found === undefined) return undefined;
  return { ...found, ubr: parseUbr(ubr.texts[0]) ?? found.ubr };
}

function isKnown(build: WindowsBuild | undefined): boolean {
  return build !== undefined;
}

function buildIn(text: string): string {
  const whole = text.trim();
  if (parseBuild(whole) !== undefined) return whole;
  const inside =
    /(?<![\d.])(\d{1,2}\.\d\.\d{4,5}(?:\.\d{1,5})?)(?![\d.]*\d)/.exec(whole) ??
    /(?<![\d.])(\d{5}\.\d{1,5})(?![\d.]*\d)/.exec(whole) ??
    /\bbuild\s{0,3}(\d{4,5})(?!\d)/i.exec(whole);
  return inside?.[1] ?? '';
}

/** The KBs of a cell: those with `KB` in front, else all its numbers of six or seven digits; with a separator, one a part. */
export function kbsOfCell({ texts }: MappedCell, separator: string | undefined): readonly KbNumber[] {
  const kbs = texts.flatMap((text) => {
    if (separator !== undefined)
      return text.split(separator).flatMap((part) => kbsNamedIn(part)[0] ?? tryParseKbNumber(part) ?? []);
    const named = kbsNamedIn(text);
    return named.length > 0 ? named : text.split(/[^\d]+/).flatMap((part) => tryParseKbNumber(part) ?? []);
  });
  return [...new Set(kbs)];
}

/** A time of a cell: ISO 8601 and the like, a spreadsheet's number of days, or in the order of a locale that is named. */
export function timeOfCell({ texts }: MappedCell, order: DateOrder | undefined): string | undefined {
  const text = texts[0] ?? '';
  if (/^\d{5}(?:\.\d{1,12})?$/.test(text)) return parseInstant(dateOfSerial(Number(text)));
  return parseInstant(text) ?? (order === undefined ? undefined : orderedTime(text, order));
}

function orderedTime(text: string, order: DateOrder): string | undefined {
  const found =
    /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})\.?(?:,?\s{1,3}(\d{1,2}):(\d\d)(?::(\d\d))?\s{0,2}([AaPp][Mm])?)?$/.exec(
      text.trim(),
    );
  if (found === null) return undefined;
  const parts = found.slice(1, 4).map(Number);
  const part = (letter: string): number => parts[order.indexOf(letter)] ?? 0;
  const [year, month, day] = [part('y') < 100 ? part('y') + 2000 : part('y'), part('m'), part('d')];
  const half = found[7]?.toLowerCase();
  const hour = (Number(found[4] ?? '0') % (half === undefined ? 24 : 12)) + (half === 'pm' ? 12 : 0);
  const time = new Date(Date.UTC(year, month - 1, day, hour, Number(found[5] ?? '0'), Number(found[6] ?? '0')));
  const isReal = !Number.isNaN(time.getTime()) && time.getUTCMonth() === month - 1 && time.getUTCDate() === day;
  return isReal ? parseInstant(time.toISOString()) : undefined;
}
