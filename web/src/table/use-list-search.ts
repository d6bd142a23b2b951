import { useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { UrlSearch } from '../url-search.ts';

/** Filters, sort and columns of a list, which live in the address alone: back, reload and sharing keep them. */
export function useListSearch(): readonly [search: UrlSearch, change: (change: UrlSearch) => void] {
  const search = useLocation({ select: ({ search: all }) => all as UrlSearch });
  const navigate = useNavigate();
  const change = useCallback(
    (changed: UrlSearch) =>
      void navigate({
        to: '.',
        search: (before: UrlSearch) => ({ ...before, ...changed }),
        replace: 'q' in changed, // a letter typed is no step to go back to
      } as never),
    [navigate],
  );
  return [search, change];
}
