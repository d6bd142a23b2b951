import { createRequire } from 'node:module';
import { decodePage } from './code-page.ts';

const require = createRequire(import.meta.url);

interface Language {
  readonly tags: readonly string[];
  /** What its consoles write. */
  readonly oem: string;
  /** What its other programs write. */
  readonly ansi: string;
  /** Lower case, beyond ASCII. */
  readonly letters: string;
  /** Two bytes a letter. */
  readonly isWide?: boolean;
}

/** Bytes that are tried in every page. */
const sampleBytes = 8192;

/**
 * The code page in which 8-bit text makes the most sense: of the language that systeminfo's locale line names (`de;German`)
 * the console's page or Windows' own, else that of any language. What readers look for is ASCII, so that a wrong guess costs
 * the letters of a name, never a fact. `lines` are those of the text that hold letters beyond ASCII.
 */
export function findFittingPage(bytes: Uint8Array, lines: readonly Uint8Array[]): string {
  const sample = sampleOf(lines);
  const { languages } = require('./languages.json') as { readonly languages: readonly Language[] };
  const named = languageOf(bytes, languages);
  const candidates =
    named === undefined
      ? languages.flatMap((language) => [candidate(language, language.ansi), candidate(language, language.oem)])
      : [candidate(named, named.oem), candidate(named, named.ansi)];
  let best = { page: 'windows-1252', fit: -Infinity };
  for (const { page, language } of candidates) {
    const fit = fitOf(decodePage(sample, page), language);
    if (fit > best.fit) best = { page, fit };
  }
  return best.page;
}

/** Every page that a text may be found to be in. */
export function listPages(): readonly string[] {
  const { languages } = require('./languages.json') as { readonly languages: readonly Language[] };
  return [...new Set(languages.flatMap(({ oem, ansi }) => [oem, ansi]))];
}

function candidate(language: Language, page: string): { readonly language: Language; readonly page: string } {
  return { language, page };
}

/**
 * By the first locale line, the system's (`Systemgebietsschema: de;Deutsch (Deutschland)`): it decides the code pages. `de-at`
 * is as `de`, `en-gb` is not as `en-us`.
 */
function languageOf(bytes: Uint8Array, languages: readonly Language[]): Language | undefined {
  const ascii = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 65_536)).toString('latin1');
  const tag = /(?::[ \t]+|")([a-z]{2}(?:-[a-z]{2,4}){0,2});[^\s;,"\d]/.exec(ascii)?.[1];
  const parts = tag?.split('-') ?? [];
  for (let length = parts.length; length > 0; length -= 1) {
    const found = languages.find(({ tags }) => tags.includes(parts.slice(0, length).join('-')));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** As many lines as tell enough, of a long one the part around its first letter beyond ASCII. */
function sampleOf(lines: readonly Uint8Array[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let taken = 0;
  for (const line of lines) {
    const first = line.findIndex((byte) => byte >= 0x80);
    const piece = line.subarray(Math.max(0, first - 200), first + 2000);
    pieces.push(piece);
    taken += piece.length;
    if (taken >= sampleBytes) break;
  }
  return Buffer.concat(pieces);
}

const points = {
  expected: 2,
  /** One wide letter stands for two bytes. */
  expectedWide: 4,
  otherLetter: -1,
  otherWide: 0.5,
  /** `Gr斸e` for `Größe`: a second byte that was a letter of its own. */
  wideInWord: -3,
  /** `Ã` in `grÃ¶ÃŸer`: no word goes on in capitals. */
  capitalInWord: -4,
  /** `Раиunalo`: no word is of two scripts. */
  twoScripts: -4,
  /** Three letters beyond ASCII in a row are no Latin word. */
  thirdInRow: -2,
  space: 1,
  /** A vowel sign, or punctuation of wide scripts. */
  mark: 1,
  sign: 0,
  signInWord: -3,
  symbol: -3,
  none: -8,
} as const;

/** How much text looks like what somebody wrote in a language: more points, more like it. */
function fitOf(text: string, language: Language): number {
  const expected = new Set(language.letters + language.letters.toUpperCase());
  const isLatin = /^[à-ž]/.test(language.letters);
  let fit = 0;
  let inRow = 0;
  let before = '';
  const characters = Array.from(text);
  for (const [index, character] of characters.entries()) {
    if (character < '\u0080') inRow = 0;
    else {
      inRow += 1;
      fit += pointsFor(character, before, characters[index + 1] ?? '', { expected, isWide: language.isWide === true });
      if (isLatin && inRow >= 3 && isLetter(character)) fit += points.thirdInRow;
    }
    before = character;
  }
  return fit;
}

interface Expected {
  readonly expected: ReadonlySet<string>;
  readonly isWide: boolean;
}

function pointsFor(character: string, before: string, after: string, language: Expected): number {
  if (character === '\ufffd' || character < '\u00a0') return points.none;
  if (character === '\u00a0') return points.space;
  if (isLetter(character)) return pointsForLetter(character, before, after, language);
  if (character >= '\u0300' && /\p{Mn}/u.test(character)) return points.mark;
  if (/[\u3000-\u303f\uff01-\uff5e]/.test(character)) return language.isWide ? points.mark : points.symbol;
  if (!/[\p{P}\p{Sc}°®©™ªº]/u.test(character)) return points.symbol;
  return isLetter(before) && isLetter(after) && character !== '’' ? points.signInWord : points.sign;
}

function pointsForLetter(letter: string, before: string, after: string, { expected, isWide }: Expected): number {
  const isBesideAscii = /[a-z]/i.test(before + after);
  if (isCapital(letter) && isSmall(before)) return points.capitalInWord;
  if (!isWide && isBesideAscii && !isLatinLetter(letter) && !/\p{Script=Latin}/u.test(letter)) return points.twoScripts;
  if (expected.has(letter)) return isWide ? points.expectedWide : points.expected;
  if (!isWide || letter < '\u3040' || letter >= '\uff61') return points.otherLetter;
  return isBesideAscii ? points.wideInWord : points.otherWide;
}

/** Those of Latin pages are told without the regular expression, which takes milliseconds to be made. */
function isLetter(character: string): boolean {
  return isLatinLetter(character) || (character >= '\u0250' && /^\p{L}$/u.test(character));
}

function isLatinLetter(character: string): boolean {
  if (character < '\u00c0')
    return character === 'ª' || character === 'º' || character === 'µ' || /^[A-Za-z]$/.test(character);
  return character < '\u0250' && character !== '×' && character !== '÷';
}

function isCapital(character: string): boolean {
  return character !== character.toLowerCase();
}

function isSmall(character: string): boolean {
  return character !== character.toUpperCase();
}
