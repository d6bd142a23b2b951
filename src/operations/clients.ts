import type { ClientRow } from '../store/store.ts';
import { shownGroup } from './groups/tenant-groups.ts';

/** What a client sends to the token routes. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Shown once: only the secret's hash is kept. Ids are GUIDs. */
export interface IssuedClient extends ClientCredentials {
  readonly tenantId: string;
}

/** A client as lists show it. Instants are ISO 8601 in UTC. */
export interface ClientSummary {
  readonly clientId: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Names of the device groups that it sees, `UnassignedGroup` among them; `null`: all devices. */
  readonly groups: readonly string[] | null;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** Without the secret's hash. */
export function summarizeClient({ id, name, roles, groups, createdAt, revokedAt }: ClientRow): ClientSummary {
  return { clientId: id, name, roles, groups: groups?.map(shownGroup) ?? null, createdAt, revokedAt };
}
