import { TermFormatError } from './term-format-error.ts';

declare const kbNumber: unique symbol;

/** Number of a KB article, digits only, e.g. `5034127`. CVRF knows six (`891716`) and seven digits. */
export type KbNumber = string & { readonly [kbNumber]: true };

/** Of a text without blanks around it: two stretches of blanks side by side take quadratic time where they are long. */
const pattern = /^(?:KB)?\s*([1-9]\d{5,6})$/i;

/** `5034127`, `KB5034127` or `kb 5034127` as a KB number; `undefined` for anything else (also eight digits: no KB article). */
export function tryParseKbNumber(text: string): KbNumber | undefined {
  return pattern.exec(text.trim())?.[1] as KbNumber | undefined;
}

/** @throws {TermFormatError} where `text` is no KB number. */
export function parseKbNumber(text: string): KbNumber {
  const kb = tryParseKbNumber(text);
  if (kb === undefined) throw new TermFormatError('a KB number such as 5034127', text);
  return kb;
}

/** As people write it: `KB5034127`. */
export function formatKb(kb: KbNumber): string {
  return `KB${kb}`;
}

/** KB numbers in ascending order of their value; text order would put `891716` after `5034127`. */
export function compareKbNumbers(a: KbNumber, b: KbNumber): number {
  return Number(a) - Number(b);
}
