import type { Tenant } from '../store/store.ts';
import { auditLine } from './audit.ts';
import type { Actor } from './audit.ts';
import { summarizeClient, type ClientSummary } from './clients.ts';
import type { OperationContext } from './context.ts';
import { ClientNotFoundError } from './operation-error.ts';

/** Its tokens are refused from now on, by other processes within two seconds. @throws {ClientNotFoundError} */
export async function revokeClient(
  context: OperationContext,
  tenant: Tenant,
  { clientId, by }: { readonly clientId: string; readonly by: Actor },
): Promise<ClientSummary> {
  const { store, directory, now } = context;
  const id = clientId.trim().toLowerCase();
  const line = auditLine(context, { tenant, by, action: 'client.revoked', subject: id });
  const revoked = await store.revokeClient(tenant.id, id, now().toISOString(), line);
  if (revoked === undefined) throw new ClientNotFoundError(clientId);
  directory.reload();
  return summarizeClient(revoked);
}
