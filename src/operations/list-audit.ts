import { everyTenant } from '../store/audit-store.ts';
import type { AuditLine } from '../store/audit-store.ts';
import type { Store, Tenant } from '../store/store.ts';

/** A line as lists show it. */
export interface AuditEntry {
  readonly at: string;
  /** A client's GUID, `local operator` or `server`. */
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  /** `null`: concerns every tenant. */
  readonly tenantId: string | null;
}

export interface AuditRequest {
  /** ISO 8601 in UTC: lines of this instant and later. */
  readonly since?: string;
  /** Lines after the one at this instant. */
  readonly after?: string;
  readonly top: number;
}

export interface AuditPage {
  /** Oldest first. */
  readonly entries: readonly AuditEntry[];
  readonly hasMore: boolean;
}

/** Without a tenant: what concerns every tenant, which is for the local operator alone since it names them. */
export async function listAudit({ audit }: Store, tenant: Tenant | null, request: AuditRequest): Promise<AuditPage> {
  const { lines, hasMore } = await audit.list({ tenantId: tenant?.id ?? everyTenant, ...request });
  return { entries: lines.map(toEntry), hasMore };
}

function toEntry({ tenantId, at, actor, action, subject, detail }: AuditLine): AuditEntry {
  return { at, actor, action, subject, detail, tenantId: tenantId === everyTenant ? null : tenantId };
}
