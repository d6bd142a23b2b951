import { odataError } from './odata-error.ts';

/** A word of a query option. `text` of a string is without its quotes. */
export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'date' | 'guid' | 'open' | 'close' | 'comma' | 'colon' | 'end';
  readonly text: string;
  /** Counted from 1. */
  readonly position: number;
}

const longestFilter = 8192;
const pattern = new RegExp(
  [
    String.raw`(?<open>\()|(?<close>\))|(?<comma>,)|(?<colon>:)`,
    String.raw`'(?<string>(?:[^']|'')*)'`,
    String.raw`(?<guid>[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})(?![\w-])`,
    String.raw`(?<date>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?)?(?:Z|[+-]\d\d:\d\d)?)(?![\w.-])`,
    String.raw`(?<word>[a-z_][\w/.]*)`,
    String.raw`(?<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?!\w)`,
  ].join('|'),
  'iy',
);
const space = /\s*/y;

/** The words of an option, an `end` last. @throws {ApiError} 400 with the position of what is none. */
export function tokenize(filter: string, option = '$filter'): readonly Token[] {
  if (filter.length > longestFilter)
    throw odataError(
      `${option} has ${filter.length} characters, more than it may: it is read to position ${longestFilter}.`,
    );
  const tokens: Token[] = [];
  let at = skipSpace(filter, 0);
  while (at < filter.length) {
    pattern.lastIndex = at;
    const groups = pattern.exec(filter)?.groups;
    const [kind, text] = Object.entries(groups ?? {}).find(([, each]) => each !== undefined) ?? [];
    if (kind === undefined || text === undefined)
      throw odataError(`${option}: unexpected "${filter.slice(at, at + 20)}" at position ${at + 1}.`);
    tokens.push({
      kind: kind as Token['kind'],
      text: kind === 'string' ? text.replaceAll("''", "'") : text,
      position: at + 1,
    });
    at = skipSpace(filter, pattern.lastIndex);
  }
  tokens.push({ kind: 'end', text: '', position: filter.length + 1 });
  return tokens;
}

function skipSpace(text: string, from: number): number {
  space.lastIndex = from;
  space.exec(text);
  return space.lastIndex;
}
