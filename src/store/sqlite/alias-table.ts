import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DeviceAlias } from '../store.ts';

/** Ids of reporting systems. The writing method belongs inside a transaction. */
export class AliasTable {
  readonly #find: StatementSync;
  readonly #listOf: StatementSync;
  readonly #save: StatementSync;

  constructor(database: DatabaseSync) {
    const columns = 'source_id, device_id, name_key, former_name_keys, is_cloned';
    this.#find = database.prepare(`SELECT ${columns} FROM device_alias WHERE tenant_id = ? AND source_id = ?`);
    this.#listOf = database.prepare(
      `SELECT ${columns} FROM device_alias WHERE tenant_id = ? AND device_id = ? ORDER BY source_id`,
    );
    this.#save = database.prepare(
      `INSERT INTO device_alias (tenant_id, ${columns}) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (tenant_id, source_id) DO UPDATE SET
         device_id = excluded.device_id, name_key = excluded.name_key, former_name_keys = excluded.former_name_keys,
         is_cloned = excluded.is_cloned`,
    );
  }

  save(tenantId: string, { sourceId, deviceId, nameKey, formerNameKeys, isCloned }: DeviceAlias): void {
    this.#save.run(tenantId, sourceId, deviceId, nameKey, JSON.stringify(formerNameKeys), isCloned ? 1 : 0);
  }

  find(tenantId: string, sourceId: string): DeviceAlias | undefined {
    const row = this.#find.get(tenantId, sourceId);
    return row === undefined ? undefined : toAlias(row);
  }

  listOf(tenantId: string, deviceId: string): readonly DeviceAlias[] {
    return this.#listOf.all(tenantId, deviceId).map(toAlias);
  }
}

function toAlias(row: Readonly<Record<string, unknown>>): DeviceAlias {
  return {
    sourceId: String(row['source_id']),
    deviceId: String(row['device_id']),
    nameKey: String(row['name_key']),
    formerNameKeys: JSON.parse(String(row['former_name_keys'])) as readonly string[],
    isCloned: row['is_cloned'] === 1,
  };
}
