import type { EntityType, PropertyFacts } from '../contract/edm.ts';
import type { Filter, Literal } from './filter.ts';
import { asLiteral } from './evaluate.ts';
import { expected } from './literals.ts';
import type { ListRules } from './list-rules.ts';
import { odataError } from './odata-error.ts';
import { parseFilter } from './parse-filter.ts';
import { tokenize } from './tokens.ts';

/** One key of `$orderby`. */
export interface OrderKey {
  readonly property: PropertyFacts;
  /** Where it stands in the option, counted from 1. */
  readonly position: number;
  readonly isDescending: boolean;
}

/** What a list is asked for. */
export interface QueryOptions {
  readonly filter: Filter | undefined;
  readonly orderBy: readonly OrderKey[];
  /** Names of the properties to send, in wire order; `undefined` for all. */
  readonly select: readonly string[] | undefined;
  /** `undefined` where the client names none: then the server pages by its own limit. */
  readonly top: number | undefined;
  readonly skip: number;
  readonly count: boolean;
  /** The values of the order keys, and the id, of the last row of the page before; of a next link. */
  readonly after: readonly Literal[] | undefined;
}

const known: ReadonlySet<string> = new Set([
  '$filter',
  '$orderby',
  '$select',
  '$top',
  '$skip',
  '$count',
  '$expand',
  '$skiptoken',
  '$format',
]);
const mostOrderKeys = 8;

/**
 * OData options of a list. Names in any case; unknown `$` options are refused, other parameters (`pageSize`) let pass.
 * @throws {ApiError} 400 `ODataError` for an option that is unknown or malformed, with the position within it.
 */
export function parseQueryOptions(query: Readonly<Record<string, unknown>>, rules: ListRules): QueryOptions {
  const options = collectOptions(query);
  const { type } = rules;
  const count = options.get('$count');
  if (count !== undefined && !/^(?:true|false)$/i.test(count.trim()))
    throw odataError(`$count: expected true or false at position 1, got "${count.slice(0, 40)}".`);
  const format = options.get('$format');
  if (format !== undefined && !/^(?:application\/)?json(?:;|$)/i.test(format.trim()))
    throw odataError(`$format: expected json at position 1, got "${format.slice(0, 40)}".`);
  checkExpand(options.get('$expand') ?? '', rules);
  const filter = options.get('$filter');
  const orderBy = parseOrderBy(options.get('$orderby'), rules);
  return {
    filter: filter === undefined || filter.trim() === '' ? undefined : parseFilter(filter, type, rules.fixed),
    orderBy,
    select: parseSelect(options.get('$select'), type),
    top: wholeNumber('$top', options.get('$top')),
    skip: wholeNumber('$skip', options.get('$skip')) ?? 0,
    count: count?.trim().toLowerCase() === 'true',
    after: parseSkipToken(options.get('$skiptoken'), orderBy.length + 1),
  };
}

/**
 * For addresses that answer with one thing, or with a list that is never cut: what is known elsewhere and well formed is let
 * pass, and `$select` reduces what is sent. @throws {ApiError} 400 `ODataError`
 */
export function checkQueryOptions(
  query: Readonly<Record<string, unknown>>,
  type: EntityType,
): Pick<QueryOptions, 'select'> {
  return parseQueryOptions(query, { type, largestPage: 1 });
}

function checkExpand(text: string, { type, expandable }: ListRules): void {
  if (text.trim() === '') return;
  const unknown = namesIn(text).find(({ name }) => expandable?.has(name.toLowerCase()) !== true);
  if (unknown === undefined) return;
  const what = expandable === undefined ? 'nothing to expand' : `only ${[...expandable].join(', ')} to expand`;
  throw odataError(
    `$expand: ${type.name} has ${what}, got "${unknown.name.slice(0, 40)}" (position ${unknown.position}).`,
  );
}

function collectOptions(query: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (!name.startsWith('$')) continue;
    const option = name.toLowerCase();
    if (!known.has(option)) throw odataError(`The query option ${name} is not known here.`);
    if (typeof value !== 'string' || options.has(option))
      throw odataError(`The query option ${name} is given more than once.`);
    options.set(option, value);
  }
  return options;
}

function parseOrderBy(text: string | undefined, { type, fixed }: ListRules): readonly OrderKey[] {
  if (text === undefined || text.trim() === '') return [];
  const keys: OrderKey[] = [];
  const tokens = tokenize(text, '$orderby');
  let at = 0;
  for (;;) {
    const name = tokens[at];
    if (name === undefined || name.kind !== 'word') throw expected('$orderby', 'a property', name ?? endOf(text));
    const property = type.properties.get(name.text.toLowerCase());
    if (property === undefined || property.isComplex || property.isList || fixed?.has(property.name) === true)
      throw odataError(`$orderby: ${type.name} cannot be sorted by "${name.text}" (position ${name.position}).`);
    const direction = tokens[at + 1]?.kind === 'word' ? tokens[at + 1]?.text.toLowerCase() : undefined;
    if (direction !== undefined && direction !== 'asc' && direction !== 'desc')
      throw expected('$orderby', '"asc", "desc" or ","', tokens[at + 1] ?? endOf(text));
    if (!keys.some((key) => key.property === property))
      keys.push({ property, position: name.position, isDescending: direction === 'desc' });
    at += direction === undefined ? 1 : 2;
    const next = tokens[at] ?? endOf(text);
    if (next.kind === 'end') break;
    if (next.kind !== 'comma') throw expected('$orderby', '"," or the end', next);
    at += 1;
  }
  if (keys.length > mostOrderKeys) throw odataError(`$orderby has ${keys.length} keys, more than ${mostOrderKeys}.`);
  return keys;
}

function endOf(text: string): { readonly kind: 'end'; readonly text: ''; readonly position: number } {
  return { kind: 'end', text: '', position: text.length + 1 };
}

function parseSelect(text: string | undefined, type: EntityType): readonly string[] | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const wanted = new Set<string>();
  for (const { name, position } of namesIn(text)) {
    if (name === '*') return undefined;
    const property = type.properties.get(name.toLowerCase());
    if (property === undefined)
      throw odataError(`$select: ${type.name} has no property "${name.slice(0, 60)}" (position ${position}).`);
    wanted.add(property.name);
  }
  return [...type.properties.values()].map(({ name }) => name).filter((name) => wanted.has(name));
}

/** The names between commas, without the spaces around them, and where each begins, counted from 1. */
function namesIn(text: string): readonly { readonly name: string; readonly position: number }[] {
  let at = 0;
  return text.split(',').map((part) => {
    const position = at + 1 + part.length - part.trimStart().length;
    at += part.length + 1;
    return { name: part.trim(), position };
  });
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text.trim()))
    throw odataError(`${name}: expected a whole number of 0 or more at position 1, got "${text.slice(0, 40)}".`);
  return Number(text);
}

/** Opaque to clients; how a next link says where the page before ended. */
export function skipTokenOf(after: readonly Literal[]): string {
  return Buffer.from(JSON.stringify(after)).toString('base64url');
}

function parseSkipToken(text: string | undefined, values: number): readonly Literal[] | undefined {
  if (text === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    parsed = undefined;
  }
  const isFit =
    Array.isArray(parsed) &&
    parsed.length === values &&
    typeof parsed.at(-1) === 'string' &&
    parsed.every((each) => each === null || asLiteral(each) !== null);
  if (!isFit) throw odataError(`$skiptoken: expected one from a next link at position 1, got "${text.slice(0, 40)}".`);
  return parsed as readonly Literal[];
}
