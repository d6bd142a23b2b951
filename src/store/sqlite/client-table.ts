import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ClientRow } from '../store.ts';

interface ClientRecord {
  readonly tenant_id: string;
  readonly id: string;
  readonly name: string;
  readonly secret_hash: Uint8Array;
  readonly roles: string;
  readonly device_groups: string | null;
  readonly created_at: string;
  readonly revoked_at: string | null;
}

/** API credentials. The writing methods belong inside a transaction. */
export class ClientTable {
  readonly #list: StatementSync;
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #revoke: StatementSync;
  readonly #bind: StatementSync;

  constructor(database: DatabaseSync) {
    this.#list = database.prepare('SELECT * FROM client ORDER BY tenant_id, created_at, id');
    this.#find = database.prepare('SELECT * FROM client WHERE tenant_id = ? AND id = ?');
    this.#save = database.prepare(
      `INSERT INTO client (tenant_id, id, name, secret_hash, roles, device_groups, created_at, revoked_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#bind = database.prepare('UPDATE client SET device_groups = ? WHERE tenant_id = ? AND id = ?');
    this.#revoke = database.prepare(
      'UPDATE client SET revoked_at = ? WHERE tenant_id = ? AND id = ? AND revoked_at IS NULL',
    );
  }

  list(): readonly ClientRow[] {
    return (this.#list.all() as unknown as readonly ClientRecord[]).map(toClientRow);
  }

  save({ tenantId, id, name, secretHash, roles, groups, createdAt, revokedAt }: ClientRow): void {
    const boundTo = groups === null ? null : JSON.stringify(groups);
    this.#save.run(tenantId, id, name, secretHash, JSON.stringify(roles), boundTo, createdAt, revokedAt);
  }

  /** To device groups; `null`: to none, so that it sees all devices. */
  bind(tenantId: string, id: string, groups: readonly string[] | null): ClientRow | undefined {
    this.#bind.run(groups === null ? null : JSON.stringify(groups), tenantId, id);
    const record = this.#find.get(tenantId, id) as ClientRecord | undefined;
    return record === undefined ? undefined : toClientRow(record);
  }

  revoke(tenantId: string, id: string, revokedAt: string): ClientRow | undefined {
    this.#revoke.run(revokedAt, tenantId, id);
    const record = this.#find.get(tenantId, id) as ClientRecord | undefined;
    return record === undefined ? undefined : toClientRow(record);
  }
}

function toClientRow(record: ClientRecord): ClientRow {
  return {
    tenantId: record.tenant_id,
    id: record.id,
    name: record.name,
    secretHash: record.secret_hash,
    roles: JSON.parse(record.roles) as readonly string[],
    groups: record.device_groups === null ? null : (JSON.parse(record.device_groups) as readonly string[]),
    createdAt: record.created_at,
    revokedAt: record.revoked_at,
  };
}
