import { everyTenant } from '../store/audit-store.ts';
import type { AuditLine } from '../store/audit-store.ts';
import type { Tenant } from '../store/store.ts';

/** Who acts: a client by its GUID, whoever may read the data folder (the command line), or the server by itself. */
export type Actor = string;

export const localOperator: Actor = 'local operator';
export const serverItself: Actor = 'server';

/** Everything that leaves a line, and what its subject and detail are. */
export type AuditAction =
  /** Subject: the tenant's id. Of a deletion the only trace, among the lines of every tenant. */
  | 'tenant.created'
  | 'tenant.deleted'
  /** Subject: the client's id. */
  | 'client.created'
  | 'client.changed'
  | 'client.revoked'
  /** Subject: the group's name. */
  | 'group.created'
  | 'group.changed'
  | 'group.deleted'
  /** Subject: the device's id. */
  | 'device.assigned'
  | 'device.deleted'
  /** Subject: the id of the secret or node. */
  | 'osquery.secret-created'
  | 'osquery.secret-revoked'
  | 'osquery.node-revoked'
  /** Subject: the key's id (`kid`). Of every tenant, as all that follow. */
  | 'signing-key.rotated'
  /** Subject: the catalogue's id. */
  | 'catalogue.imported'
  | 'catalogue.synced'
  /** Subject: the document's id. */
  | 'quarantine.accepted'
  | 'quarantine.dropped'
  /** Subject: the key's id. */
  | 'bundle-key.trusted'
  | 'bundle-key.distrusted';

export interface Act {
  /** `null`: concerns every tenant. */
  readonly tenant: Tenant | null;
  readonly by: Actor;
  readonly action: AuditAction;
  readonly subject: string | null;
  /** Names and settings, never a secret: what is written here can be read by every client with `Audit.Read.All`. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * The line that an act leaves. It is handed to the store with the write that it tells of, so that there is neither without the
 * other; where the act is no write of the store, `store.audit.add` keeps it.
 */
export function auditLine({ now }: { readonly now: () => Date }, act: Act): AuditLine {
  const { tenant, by, action, subject, detail = {} } = act;
  return { tenantId: tenant?.id ?? everyTenant, at: now().toISOString(), actor: by, action, subject, detail };
}
