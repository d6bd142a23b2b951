import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { sessionKey } from './api/query-client.ts';
import { findSession, signOut } from './session.ts';
import type { Session } from './session.ts';

/** Who is signed in; `null` where nobody is. */
export function useSession(): UseQueryResult<Session | null> {
  // Asked again whenever one comes back: another tab may have signed out, or in as somebody else.
  return useQuery({ queryKey: sessionKey, queryFn: findSession, staleTime: Infinity, refetchOnWindowFocus: 'always' });
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    try {
      await signOut();
    } catch {
      return await client.invalidateQueries({ queryKey: sessionKey }); // still in, if the server says so
    }
    client.setQueryData(sessionKey, null);
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] }); // nothing of the one stays for the next
  };
}

/** Whether the session has a role that opens this. */
export function useMay(...roles: readonly string[]): boolean {
  const { data } = useSession();
  return data?.roles.some((role) => roles.includes(role)) ?? false;
}
