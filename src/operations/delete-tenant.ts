import { setTimeout as delay } from 'node:timers/promises';
import type { Tenant } from '../store/store.ts';
import { auditLine } from './audit.ts';
import type { Actor } from './audit.ts';
import type { OperationContext } from './context.ts';
import { TenantNotFoundError } from './operation-error.ts';

/** Rows that are deleted at once: some ten milliseconds, during which nobody else writes. */
const rowsAtOnce = 500;
/** Patch states that are looked at at once. */
const statesAtOnce = 1000;

/**
 * Deletes a tenant with all that is kept of it; patch states that nobody uses any more go too, and of the audit trail only the
 * line that tells of it stays. Nobody sees the tenant from the first moment on; its rows go piece by piece, so that others may
 * write meanwhile, and the promise resolves when all are gone. Interrupted, it goes on when it is called again, or when a server
 * starts. @throws {TenantNotFoundError} {@link LastTenantError}
 */
export async function deleteTenant(context: OperationContext, idOrName: string, by: Actor): Promise<Tenant> {
  const { store, directory, now } = context;
  const wanted = idOrName.trim().toLowerCase();
  const tenant =
    directory.findTenant(wanted) ??
    store.listTenantsInDeletion().find(({ id, name }) => id === wanted || name === wanted);
  if (tenant === undefined) throw new TenantNotFoundError(idOrName);
  const { id, name } = tenant;
  const act = { tenant: null, by, action: 'tenant.deleted', subject: id, detail: { name } } as const;
  await store.beginTenantDeletion(id, now().toISOString(), auditLine(context, act));
  directory.reload();
  await deleteRows(context, id);
  return { id, name };
}

/** Finishes what was interrupted. */
export async function resumeTenantDeletions(context: OperationContext): Promise<void> {
  for (const { id, name } of context.store.listTenantsInDeletion()) {
    context.log.warn({ tenantId: id, name }, 'the deletion of a tenant was interrupted: it goes on');
    await deleteRows(context, id);
  }
}

async function deleteRows({ store }: OperationContext, tenantId: string): Promise<void> {
  await inPieces(async () => (await store.deleteTenantRows(tenantId, rowsAtOnce)) === rowsAtOnce);
  let after: string | undefined = '';
  await inPieces(async () => {
    after = await store.dropUnusedPatchStates(after ?? '', statesAtOnce);
    return after !== undefined;
  });
  // What came in by another process that had not heard of it yet.
  await store.endTenantDeletion(tenantId);
}

/** One piece after the other while there are more; as long as each took nothing is done, so that others come to write. */
async function inPieces(piece: () => Promise<boolean>): Promise<void> {
  for (;;) {
    const began = performance.now();
    if (!(await piece())) return;
    await delay(performance.now() - began);
  }
}
