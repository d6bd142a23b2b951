import type { Answer } from './store.ts';

/** One act, as it is to be kept. */
export interface AuditLine {
  /** {@link everyTenant} for what concerns all tenants. */
  readonly tenantId: string;
  /** ISO 8601 in UTC. Kept a little later where the tenant's last line is as late, so that no two are alike. */
  readonly at: string;
  /** A client's GUID, `local operator` or `server`. */
  readonly actor: string;
  /** `client.created`. */
  readonly action: string;
  /** Id of what was acted on. */
  readonly subject: string | null;
  /** What else there is to know; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The tenant of acts that concern all tenants, the catalogue's for one. */
export const everyTenant = '00000000-0000-0000-0000-000000000000';

/** Lines to be listed, oldest first. */
export interface AuditQuery {
  readonly tenantId: string;
  /** Instants of the first line wanted (`since`), or of the last one that is known already (`after`). */
  readonly since?: string;
  readonly after?: string;
  readonly top: number;
}

/** The audit trail: lines are added, never changed, and go only with their tenant. See `Store` for what holds of every call. */
export interface AuditStore {
  /** Kept in one commit with the writes that were called in the same turn. */
  add(line: AuditLine): Promise<void>;
  list(query: AuditQuery): Answer<{ readonly lines: readonly AuditLine[]; readonly hasMore: boolean }>;
}
