import { odataError } from './odata-error.ts';

/** A word of a `$filter`. `text` of a string is without its quotes. */
export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'date' | 'open' | 'close' | 'comma' | 'end';
  readonly text: string;
  /** Counted from 1. */
  readonly position: number;
}

const longestFilter = 8192;
const pattern =
  /\s*(?:(\()|(\))|(,)|'((?:[^']|'')*)'|(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?)?(?:Z|[+-]\d\d:\d\d)?)(?![\w.-])|([A-Za-z_][\w/:.]*)|(-?\d+(?:\.\d+)?)(?![\w]))/y;

/** The words of a filter, an `end` last. @throws {ApiError} 400 with the position of what is none. */
export function tokenize(filter: string): readonly Token[] {
  if (filter.length > longestFilter)
    throw odataError(`$filter has ${filter.length} characters, more than ${longestFilter}.`);
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (filter.slice(pattern.lastIndex).trim() !== '') {
    const from = pattern.lastIndex;
    const match = pattern.exec(filter);
    const position = from + (/^\s*/.exec(filter.slice(from))?.[0].length ?? 0) + 1;
    if (match === null)
      throw odataError(`$filter: unexpected "${filter.slice(position - 1, position + 19)}" at position ${position}.`);
    tokens.push(tokenOf(match, position));
  }
  tokens.push({ kind: 'end', text: '', position: filter.length + 1 });
  return tokens;
}

function tokenOf(match: RegExpExecArray, position: number): Token {
  const [, open, close, comma, text, date, word, number] = match;
  if (open !== undefined) return { kind: 'open', text: open, position };
  if (close !== undefined) return { kind: 'close', text: close, position };
  if (comma !== undefined) return { kind: 'comma', text: comma, position };
  if (text !== undefined) return { kind: 'string', text: text.replaceAll("''", "'"), position };
  if (date !== undefined) return { kind: 'date', text: date, position };
  if (word !== undefined) return { kind: 'word', text: word, position };
  return { kind: 'number', text: number ?? '', position };
}
