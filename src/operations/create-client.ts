import { randomUUID } from 'node:crypto';
import type { Tenant } from '../store/store.ts';
import { createSecret, hashSecret } from './secret.ts';
import type { IssuedClient } from './clients.ts';
import type { OperationContext } from './context.ts';
import { ClientNameError } from './operation-error.ts';
import { parseRoles } from './roles.ts';

/** The only time the secret is seen. @throws {UnknownRoleError} {@link ClientNameError} */
export async function createClient(
  { store, directory, now }: OperationContext,
  tenant: Tenant,
  { name, roles }: { readonly name: string; readonly roles: readonly string[] },
): Promise<IssuedClient> {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > 200) throw new ClientNameError(name);
  const clientId = randomUUID();
  const clientSecret = createSecret();
  await store.saveClient({
    tenantId: tenant.id,
    id: clientId,
    name: trimmed,
    secretHash: hashSecret(clientSecret),
    roles: parseRoles(roles),
    groups: null,
    createdAt: now().toISOString(),
    revokedAt: null,
  });
  directory.reload();
  return { tenantId: tenant.id, clientId, clientSecret };
}
