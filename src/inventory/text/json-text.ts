import { sizeOfJson } from './json-size.ts';

/**
 * JSON as a report has it: one document, one in each line, as log files and exports for bulk loading write it, or several
 * one after another, as pages of an API that were put into one file.
 */
export interface JsonText {
  readonly values: readonly unknown[];
  /** One value a line. */
  readonly isLines: boolean;
  /** Lines that are no JSON, counted from 1: a log's last line is often cut. */
  readonly badLines: readonly number[];
}

/** Lines that may be broken in a file of lines before it is no such file. */
const badLineShare = 0.2;

/**
 * The values of a text that starts with `{` or `[`; `undefined` where it is neither JSON nor lines of JSON.
 * `__proto__` and the like become plain keys of their object, as in `JSON.parse`.
 */
export function parseJsonText(text: string): JsonText | undefined {
  const whole = tryParse(text);
  if (whole !== undefined) return { values: [whole.value], isLines: false, badLines: [] };
  return parseLines(text) ?? parseOneAfterAnother(text);
}

/**
 * Whether a text that is no JSON is one that broke off, or nests deeper than any report: what readers of text find in it is a part of
 * what it had to say. Other text may stand behind a document that is whole.
 */
export function isBrokenJson(text: string): boolean {
  const start = /^\ufeff?\s*(?=\{\s*["}]|\[\s*[[{"\]])/.exec(text.slice(0, 4096))?.[0];
  return start !== undefined && (endOfDocument(text, start.length) === undefined || isTooDeep(text));
}

/** Documents without anything but blanks between them, written over several lines each. */
function parseOneAfterAnother(text: string): JsonText | undefined {
  const values: unknown[] = [];
  for (let at = skipBlanks(text, 0); at < text.length;) {
    const end = endOfDocument(text, at);
    const parsed = end === undefined ? undefined : tryParse(text.slice(at, end));
    if (end === undefined || parsed === undefined) return undefined;
    values.push(parsed.value);
    at = skipBlanks(text, end);
  }
  return values.length < 2 ? undefined : { values, isLines: false, badLines: [] };
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n,\ufeff'.includes(text.charAt(at))) at += 1;
  return at;
}

/** Behind the bracket that closes the one at `from`; `undefined` where there is none. */
function endOfDocument(text: string, from: number): number | undefined {
  const mark = /["{}[\]]/g;
  mark.lastIndex = from;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const [bracket] = found;
    if (bracket === '"') {
      const end = endOfString(text, mark.lastIndex);
      if (end === undefined) return undefined;
      mark.lastIndex = end;
    } else depth += bracket === '{' || bracket === '[' ? 1 : -1;
    if (depth <= 0) return depth === 0 && bracket !== '"' ? mark.lastIndex : undefined;
  }
  return undefined;
}

/** Behind the quote that closes the string whose text starts at `from`. */
function endOfString(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charAt(at - 1 - slashes) === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return undefined;
}

function parseLines(text: string): JsonText | undefined {
  const values: unknown[] = [];
  const badLines: number[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = tryParse(line);
    if (parsed !== undefined) values.push(parsed.value);
    else badLines.push(number);
    if (values.length === 0 && badLines.length > 0) return undefined;
  }
  if (values.length === 0 || badLines.length > Math.max(1, values.length * badLineShare)) return undefined;
  // A value in its first line and rubbish behind it is no file of lines.
  if (values.length === 1 && badLines.length > 0) return undefined;
  return { values, isLines: true, badLines };
}

/** The parser keeps some hundred bytes for each level that is open: a text of brackets alone would take all memory there is. */
const deepest = 1000;
/** A text so short cannot nest deep enough to matter. */
const harmlessLength = 10_000;

/** As `JSON.parse`, for text that came from outside. @throws {SyntaxError} for lists within lists without end, too. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError(`nested deeper than ${deepest} levels`);
  return JSON.parse(text);
}

function isTooDeep(text: string): boolean {
  return text.length > harmlessLength && sizeOfJson(text).depth > deepest;
}

function tryParse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parseJson(text) };
  } catch {
    return undefined;
  }
}
