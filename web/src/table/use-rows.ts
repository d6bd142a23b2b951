import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getJson } from '../api/client.ts';
import type { Query } from '../api/client.ts';
import type { Page } from '../api/contract.ts';

const pageSize = 100;

export interface Rows<Row, Answer extends Page<Row>> {
  /** The first stretch, with what a list says beside its rows. */
  readonly first: Answer | undefined;
  readonly isPending: boolean;
  /** Whether what is shown is of the filters before. */
  readonly isOld: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
  /** Rows that have come, by their place; the others are on their way. */
  readonly rowAt: (index: number) => Row | undefined;
}

/** The stretches of a list that the eye is on; `from` and `to` are places of rows, both included. */
export function useRows<Row, Answer extends Page<Row>>(
  path: string,
  query: Query,
  { from, to }: { readonly from: number; readonly to: number },
): Rows<Row, Answer> {
  const ask = (page: number) => ({
    queryKey: [path, query, page],
    queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
      await getJson<Answer>(path, { ...query, top: pageSize, skip: page * pageSize }, signal),
  });
  const first = useQuery({ ...ask(0), placeholderData: keepPreviousData });
  const pages = pagesBetween(from, to);
  const later = useQueries({ queries: pages.map(ask), combine: (results) => results.map(({ data }) => data) });
  const stretches = useMemo(
    () => new Map<number, Answer | undefined>([...pages.map((page, n) => [page, later[n]] as const), [0, first.data]]),
    [pages, later, first.data],
  );
  return {
    first: first.data,
    isPending: first.isPending,
    isOld: first.isPlaceholderData,
    error: first.error,
    retry: () => void first.refetch(),
    rowAt: (index) => stretches.get(Math.floor(index / pageSize))?.items[index % pageSize],
  };
}

/** Beside the first. */
function pagesBetween(from: number, to: number): readonly number[] {
  const start = Math.max(1, Math.floor(from / pageSize));
  const end = Math.floor(to / pageSize);
  return Array.from({ length: Math.max(0, end - start + 1) }, (_, n) => start + n);
}
