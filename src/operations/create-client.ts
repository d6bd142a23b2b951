import { randomUUID } from 'node:crypto';
import type { Tenant } from '../store/store.ts';
import { auditLine, localOperator } from './audit.ts';
import type { Actor } from './audit.ts';
import { createSecret, hashSecret } from './secret.ts';
import type { IssuedClient } from './clients.ts';
import type { OperationContext } from './context.ts';
import { shownGroup } from './groups/tenant-groups.ts';
import { ClientNameError } from './operation-error.ts';
import { parseRoles } from './roles.ts';

export interface NewClient {
  readonly name: string;
  /** None: all that read. */
  readonly roles: readonly string[];
  /** As devices name them; absent: it sees every device. */
  readonly groups?: readonly string[];
  readonly by?: Actor;
}

/** The only time the secret is seen. @throws {UnknownRoleError} {@link ClientNameError} */
export async function createClient(
  context: OperationContext,
  tenant: Tenant,
  { name, roles: named, groups, by = localOperator }: NewClient,
): Promise<IssuedClient> {
  const { store, directory, now } = context;
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > 200) throw new ClientNameError(name);
  const clientId = randomUUID();
  const clientSecret = createSecret();
  const roles = parseRoles(named);
  const detail = { name: trimmed, roles, groups: groups?.map(shownGroup) ?? null };
  const client = {
    tenantId: tenant.id,
    id: clientId,
    name: trimmed,
    secretHash: hashSecret(clientSecret),
    roles,
    groups: groups ?? null,
    createdAt: now().toISOString(),
    revokedAt: null,
  };
  await store.saveClient(
    client,
    auditLine(context, { tenant, by, action: 'client.created', subject: clientId, detail }),
  );
  directory.reload();
  return { tenantId: tenant.id, clientId, clientSecret };
}
