import type { PostgresStore } from '../store/postgres/postgres-store.ts';
import type { Config } from './config.ts';

/**
 * The shared store that the settings name; `undefined` where what is kept is in the data folder. Loaded here, since a folder has no
 * use for it. Unless `keepsTrying`, it has answered when it is given. @throws {StoreUnreachableError} {@link StoreTooNewError}
 */
export async function openSharedStore(
  { databaseUrl, databaseDirectUrl, databasePool, databasePrepares }: Config,
  { keepsTrying }: { readonly keepsTrying: boolean },
): Promise<PostgresStore | undefined> {
  if (databaseUrl === undefined) return undefined;
  const { openPostgresStore } = await import('../store/postgres/postgres-store.ts');
  const direct = databaseDirectUrl === 'off' ? null : databaseDirectUrl;
  const store = openPostgresStore(
    {
      url: databaseUrl,
      ...(direct === undefined ? {} : { directUrl: direct }),
      poolSize: databasePool,
      prepares: databasePrepares,
    },
    { now: () => new Date(), keepsTrying },
  );
  if (keepsTrying) return store;
  try {
    await store.opened;
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
