import { randomUUID } from 'node:crypto';
import type { EnrollSecretRow } from '../../store/osquery-store.ts';
import type { Tenant } from '../../store/store.ts';
import { auditLine } from '../audit.ts';
import type { Actor } from '../audit.ts';
import type { OperationContext } from '../context.ts';
import { createSecret, hashSecret } from '../secret.ts';
import { EnrollSecretExistsError, EnrollSecretFormatError, EnrollSecretNotFoundError } from './osquery-error.ts';

/** Shown once: only its hash is kept. */
export interface IssuedEnrollSecret {
  readonly tenantId: string;
  readonly secretId: string;
  readonly name: string;
  readonly secret: string;
}

/** A secret as lists show it. */
export interface EnrollSecretSummary {
  readonly secretId: string;
  readonly name: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** Those of other products have at least 24 characters; a shorter one could be guessed. */
const shortest = 24;

/**
 * A new secret for the tenant's hosts, or one that they already have. It tells the tenant, so that two tenants cannot share one.
 * @throws {EnrollSecretFormatError} {@link EnrollSecretExistsError}
 */
export async function createEnrollSecret(
  context: OperationContext,
  tenant: Tenant,
  { name, secret: given, by }: { readonly name: string; readonly secret?: string; readonly by: Actor },
): Promise<IssuedEnrollSecret> {
  const { store, directory, now } = context;
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > 200)
    throw new EnrollSecretFormatError(`a name of 1 to 200 characters, got ${trimmed.length}`);
  const secret = given?.trim() ?? createSecret();
  if (secret.length < shortest || secret.length > 1024)
    throw new EnrollSecretFormatError(`a secret of ${shortest} to 1024 characters, got ${secret.length}`);
  const secretHash = hashSecret(secret);
  if (directory.findEnrollSecret(secretHash) !== undefined) throw new EnrollSecretExistsError();
  const secretId = randomUUID();
  const createdAt = now().toISOString();
  const kept = { tenantId: tenant.id, id: secretId, name: trimmed, secretHash, createdAt, revokedAt: null };
  const act = { tenant, by, action: 'osquery.secret-created', subject: secretId, detail: { name: trimmed } } as const;
  await store.osquery.saveEnrollSecret(kept, auditLine(context, act));
  directory.reload();
  return { tenantId: tenant.id, secretId, name: trimmed, secret };
}

/** Revoked ones too, oldest first. */
export function listEnrollSecrets({ store }: OperationContext, tenant: Tenant): readonly EnrollSecretSummary[] {
  return store.osquery
    .listEnrollSecrets()
    .filter(({ tenantId }) => tenantId === tenant.id)
    .map(summarize);
}

/**
 * No host enrols by it any more. Nodes that did keep their keys, unless they are to be revoked too: they then need another secret.
 * @throws {EnrollSecretNotFoundError}
 */
export async function revokeEnrollSecret(
  context: OperationContext,
  tenant: Tenant,
  { secretId, withNodes, by }: { readonly secretId: string; readonly withNodes: boolean; readonly by: Actor },
): Promise<EnrollSecretSummary & { readonly revokedNodes: number }> {
  const { store, directory, now } = context;
  const id = secretId.trim().toLowerCase();
  const at = now().toISOString();
  const act = { tenant, by, action: 'osquery.secret-revoked', subject: id, detail: { withNodes } } as const;
  const revoked = await store.osquery.revokeEnrollSecret(tenant.id, id, at, auditLine(context, act));
  if (revoked === undefined) throw new EnrollSecretNotFoundError(secretId);
  directory.reload();
  const revokedNodes = withNodes ? await store.osquery.revokeNodes(tenant.id, { secretId: id }, at) : 0;
  return { ...summarize(revoked), revokedNodes };
}

function summarize({ id, name, createdAt, revokedAt }: EnrollSecretRow): EnrollSecretSummary {
  return { secretId: id, name, createdAt, revokedAt };
}
