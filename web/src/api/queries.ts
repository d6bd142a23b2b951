import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { getJson } from './client.ts';
import type { Query } from './client.ts';

const refreshMs = 60_000;

/** An answer of `/v1`, asked anew each minute while the page is looked at. */
export function useAnswer<T>(
  path: string,
  query: Query = {},
  options: { readonly enabled?: boolean } = {},
): UseQueryResult<T> {
  return useQuery({
    queryKey: [path, query],
    queryFn: async ({ signal }) => await getJson<T>(path, query, signal),
    refetchInterval: refreshMs,
    ...options,
  });
}
