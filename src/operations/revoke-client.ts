import type { Tenant } from '../store/store.ts';
import { summarizeClient, type ClientSummary } from './clients.ts';
import type { OperationContext } from './context.ts';
import { ClientNotFoundError } from './operation-error.ts';

/** Its tokens are refused from now on, by other processes within two seconds. @throws {ClientNotFoundError} */
export async function revokeClient(
  { store, directory, now }: OperationContext,
  tenant: Tenant,
  clientId: string,
): Promise<ClientSummary> {
  const revoked = await store.revokeClient(tenant.id, clientId.trim().toLowerCase(), now().toISOString());
  if (revoked === undefined) throw new ClientNotFoundError(clientId);
  directory.reload();
  return summarizeClient(revoked);
}
