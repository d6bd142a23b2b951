import { parseFilter } from './parse-filter.ts';
import { odataError } from './odata-error.ts';
import type { FilterTree } from '../../store/filter.ts';

/** OData options of a list. Options that no list knows are refused; other parameters (`pageSize`) are let pass. */
export interface QueryOptions {
  readonly filter: FilterTree | undefined;
  /** `undefined` where the client names none: then the server pages by its own limit. */
  readonly top: number | undefined;
  readonly skip: number;
  readonly count: boolean;
}

const known: ReadonlySet<string> = new Set(['$filter', '$top', '$skip', '$count', '$select', '$orderby', '$expand']);

/** @throws {ApiError} 400 `ODataError` for an option that is unknown or malformed. */
export function parseQueryOptions(query: Readonly<Record<string, unknown>>): QueryOptions {
  const options = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (!name.startsWith('$')) continue;
    const option = name.toLowerCase();
    if (!known.has(option)) throw odataError(`The query option ${name} is not known here.`);
    if (typeof value !== 'string') throw odataError(`The query option ${name} is given more than once.`);
    options.set(option, value);
  }
  const filter = options.get('$filter');
  const count = options.get('$count');
  if (count !== undefined && !/^(?:true|false)$/i.test(count))
    throw odataError(`$count: expected true or false, got "${count}".`);
  return {
    filter: filter === undefined || filter.trim() === '' ? undefined : parseFilter(filter),
    top: wholeNumber('$top', options.get('$top')),
    skip: wholeNumber('$skip', options.get('$skip')) ?? 0,
    count: count?.toLowerCase() === 'true',
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text.trim()))
    throw odataError(`${name}: expected a whole number of 0 or more, got "${text.slice(0, 40)}".`);
  return Number(text);
}
