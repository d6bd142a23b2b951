import type { UrlSearch } from '../url-search.ts';

/** One filter of a list, named as the server names it. */
export interface Filter {
  readonly key: string;
  readonly label: string;
  /** What can be chosen; without it any text can be given, or the filter comes from a link and can only be taken away. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly isText?: boolean;
  /** How a value is shown that is none of the options. */
  readonly show?: (value: string) => string;
}

/** A filter that is on, in words: `Coverage: Not assessed`. */
export interface ActiveFilter {
  readonly key: string;
  readonly text: string;
}

export function activeFilters(filters: readonly Filter[], search: UrlSearch): readonly ActiveFilter[] {
  return filters.flatMap((filter) => {
    const value = search[filter.key];
    return value === undefined || value === '' ? [] : [{ key: filter.key, text: textOf(filter, value) }];
  });
}

/** What the server is asked: the filters that the list knows, its text and its sort. */
export function queryOf(
  filters: readonly Filter[],
  search: UrlSearch,
  sort: string | undefined,
): Readonly<Record<string, string | undefined>> {
  const keys = [...filters.map(({ key }) => key), 'q'];
  return { ...Object.fromEntries(keys.map((key) => [key, search[key]])), sort };
}

function textOf({ label, options = [], show = (value) => value }: Filter, value: string): string {
  const values = value.split(',').map((each) => options.find((option) => option.value === each)?.label ?? show(each));
  return `${label}: ${values.join(', ')}`;
}
