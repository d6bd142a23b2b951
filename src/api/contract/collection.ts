import Type from 'typebox';
import type { TObject, TProperties } from 'typebox';
import { skipTokenOf } from '../odata/query-options.ts';
import type { Literal } from '../odata/filter.ts';
import type { QueryOptions } from '../odata/query-options.ts';
import type { EntityType } from './edm.ts';

/** The envelope of every collection of the contract. */
export interface Collection<T> {
  readonly '@odata.context': string;
  readonly '@odata.count'?: number;
  readonly value: readonly T[];
  readonly '@odata.nextLink'?: string;
}

const context = Type.String({ description: 'Address of `$metadata` with the name of what is answered.' });

/** Schema of `Collection`, for the API's description. */
export function collectionSchema<P extends TProperties>({ schema }: Pick<EntityType<P>, 'schema'>): TObject {
  return Type.Object(
    {
      '@odata.context': context,
      '@odata.count': Type.Optional(
        Type.Integer({
          minimum: 0,
          description: 'With `$count=true`: rows that the filter lets pass, over all pages.',
        }),
      ),
      value: Type.Array(schema),
      '@odata.nextLink': Type.Optional(
        Type.String({ format: 'uri', description: 'Where the next page is; absent on the last.' }),
      ),
    },
    { additionalProperties: false },
  );
}

/** Schema of one entity with its context, for the API's description. */
export function entitySchema({ schema }: Pick<EntityType, 'schema'>): TObject {
  return Type.Object({ '@odata.context': context, ...schema.properties }, { additionalProperties: false });
}

/** What a page of a list is answered with. */
export interface Answered<T> {
  readonly baseUrl: string;
  /** As the client sent it: `/api/machines?$top=10`. */
  readonly url: string;
  /** Of `@odata.context`: `Machines`. */
  readonly fragment: string;
  readonly rows: readonly T[];
  readonly count: number | undefined;
  readonly next: readonly Literal[] | undefined;
  readonly options: QueryOptions;
}

/** `https://kbgap.example/api/$metadata#Machines` */
export function contextOf(baseUrl: string, fragment: string): string {
  return `${baseUrl}/api/$metadata#${fragment}`;
}

/** One page in its envelope, reduced to `$select`. */
export function collectionOf<T extends object>({
  baseUrl,
  url,
  fragment,
  rows,
  count,
  next,
  options,
}: Answered<T>): Collection<Partial<T>> {
  const { select } = options;
  return {
    '@odata.context': contextOf(baseUrl, select === undefined ? fragment : `${fragment}(${select.join(',')})`),
    ...(count === undefined ? {} : { '@odata.count': count }),
    value: select === undefined ? rows : rows.map((row) => selectFrom(row, select)),
    ...(next === undefined || leftOf(options, rows.length) === 0
      ? {}
      : { '@odata.nextLink': nextLink(baseUrl, url, next, leftOf(options, rows.length)) }),
  };
}

/** One entity with its context, reduced to `$select`. */
export function entityOf<T extends object>(
  baseUrl: string,
  fragment: string,
  row: T,
  { select }: Pick<QueryOptions, 'select'>,
): { readonly '@odata.context': string } & Partial<T> {
  return { '@odata.context': contextOf(baseUrl, fragment), ...(select === undefined ? row : selectFrom(row, select)) };
}

/** The properties named, in wire order. */
function selectFrom<T extends object>(row: T, select: readonly string[]): Partial<T> {
  return Object.fromEntries(select.map((name) => [name, (row as Record<string, unknown>)[name]])) as Partial<T>;
}

/** A client's own `$top` counts over all pages: what of it is still to come. */
function leftOf({ top }: QueryOptions, sent: number): number | undefined {
  return top === undefined ? undefined : Math.max(0, top - sent);
}

/** Absolute and complete: clients add nothing but their token. Everything that was asked stays as it was. */
function nextLink(baseUrl: string, url: string, after: readonly Literal[], left: number | undefined): string {
  const { pathname, searchParams } = new URL(url, 'http://here');
  const kept = [...searchParams].filter(([name]) => !['$skip', '$skiptoken', '$top'].includes(name.toLowerCase()));
  const options = [
    ...kept,
    ...(left === undefined ? [] : [['$top', String(left)]]),
    ['$skiptoken', skipTokenOf(after)],
  ];
  return `${baseUrl}${pathname}?${options
    .map(([name = '', value = '']) => `${name.replaceAll(/[^$\w]/g, encodeURIComponent)}=${encodeURIComponent(value)}`)
    .join('&')}`;
}
