import { QueryCache, QueryClient } from '@tanstack/react-query';
import { HttpError } from './http-error.ts';

export const sessionKey = ['session'] as const;

const freshMs = 15_000;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that has ended shows the sign-in, at the address that one is at.
    onError(error, query) {
      if (error instanceof HttpError && error.status === 401 && query.queryKey[0] !== sessionKey[0])
        void queryClient.invalidateQueries({ queryKey: sessionKey });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: freshMs,
      // What the server refuses it refuses again.
      retry: (failures, error) =>
        failures < 2 && error instanceof HttpError && (error.status === 0 || error.status >= 502),
    },
  },
});
