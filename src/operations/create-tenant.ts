import { randomUUID } from 'node:crypto';
import type { Tenant } from '../store/store.ts';
import { auditLine } from './audit.ts';
import type { Actor } from './audit.ts';
import type { OperationContext } from './context.ts';
import { TenantNameError } from './operation-error.ts';

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const guidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** First parts of the server's own paths, where a tenant's name may stand too. */
const reserved: ReadonlySet<string> = new Set(['api', 'v1']);

/** @throws {TenantNameError} {@link TenantExistsError} */
export async function createTenant(context: OperationContext, name: string, by: Actor): Promise<Tenant> {
  const { store, directory, now } = context;
  if (!namePattern.test(name) || guidPattern.test(name) || reserved.has(name)) throw new TenantNameError(name);
  const tenant = { id: randomUUID(), name };
  const line = auditLine(context, { tenant, by, action: 'tenant.created', subject: tenant.id, detail: { name } });
  await store.createTenant({ ...tenant, createdAt: now().toISOString() }, line);
  directory.reload();
  return tenant;
}
