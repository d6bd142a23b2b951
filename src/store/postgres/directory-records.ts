import type { GroupRevision, GroupRow, GroupRule } from '../group-store.ts';
import type { EnrollSecretRow } from '../osquery-store.ts';
import type { ClientRow, StoredSigningKey, TenantRow } from '../store.ts';
import type { Row } from './database.ts';
import { textOf } from './device-record.ts';

export function toTenant(row: Row): TenantRow {
  return { id: String(row['id']), name: String(row['name']), createdAt: String(row['created_at']) };
}

export function toRevision(row: Row): GroupRevision {
  return {
    tenantId: String(row['id']),
    revision: Number(row['group_revision']),
    groupedRevision: Number(row['grouped_revision']),
  };
}

export function toClient(row: Row): ClientRow {
  const groups = row['device_groups'];
  return {
    tenantId: String(row['tenant_id']),
    id: String(row['id']),
    name: String(row['name']),
    secretHash: bytesOf(row['secret_hash']),
    roles: JSON.parse(String(row['roles'])) as readonly string[],
    groups: typeof groups === 'string' ? (JSON.parse(groups) as readonly string[]) : null,
    createdAt: String(row['created_at']),
    revokedAt: textOf(row['revoked_at']),
  };
}

export function toGroup(row: Row): GroupRow {
  return {
    tenantId: String(row['tenant_id']),
    id: Number(row['id']),
    name: String(row['name']),
    rank: Number(row['rank']),
    rule: JSON.parse(String(row['rule'])) as GroupRule,
    createdAt: String(row['created_at']),
  };
}

export function toSecret(row: Row): EnrollSecretRow {
  return {
    tenantId: String(row['tenant_id']),
    id: String(row['id']),
    name: String(row['name']),
    secretHash: bytesOf(row['secret_hash']),
    createdAt: String(row['created_at']),
    revokedAt: textOf(row['revoked_at']),
  };
}

export function toSigningKey(row: Row): StoredSigningKey {
  return {
    kid: String(row['kid']),
    privateKeyPem: String(row['private_key_pem']),
    publicKeyPem: String(row['public_key_pem']),
    createdAt: String(row['created_at']),
  };
}

/** The driver's buffers are slices of what came over the wire: bytes of their own let that go. */
export function bytesOf(value: unknown): Uint8Array {
  return new Uint8Array(value as Uint8Array);
}
