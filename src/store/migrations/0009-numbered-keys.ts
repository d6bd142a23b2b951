import type { Migration } from './migration.ts';

const keysOf = (row: string): string => `
  SELECT ${row}.tenant_id, 't' || fold_text(tag.value), ${row}.number FROM json_each(${row}.tags) AS tag
  UNION SELECT ${row}.tenant_id, 'i' || fold_text(address.value), ${row}.number
  FROM json_each(${row}.ip_addresses) AS address`;

/**
 * Keys name devices by number, as reports do: under one tag devices now stand in the order in which they came, and a row is half as long.
 * The keys of a new device are written with it (`DeviceTable`): a trigger that opens two JSON arrays costs as much as the device row.
 */
export const numberedKeys: Migration = {
  version: 9,
  name: 'numbered-keys',
  statements: [
    `DROP TRIGGER device_keys_came`,
    `DROP TRIGGER device_keys_changed`,
    `DROP TRIGGER device_keys_went`,
    `CREATE TABLE numbered_key (
      tenant_id TEXT NOT NULL,
      key TEXT NOT NULL,
      device_number INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, key, device_number)
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO numbered_key (tenant_id, key, device_number)
      SELECT device_key.tenant_id, device_key.key, device.number FROM device_key
      JOIN device ON device.tenant_id = device_key.tenant_id AND device.id = device_key.device_id
      ORDER BY 1, 2, 3`,
    `DROP TABLE device_key`,
    `ALTER TABLE numbered_key RENAME TO device_key`,
    `CREATE TRIGGER device_keys_changed AFTER UPDATE OF tags, ip_addresses ON device
    WHEN OLD.tags <> NEW.tags OR OLD.ip_addresses <> NEW.ip_addresses BEGIN
      DELETE FROM device_key WHERE (tenant_id, key, device_number) IN (${keysOf('OLD')});
      INSERT INTO device_key (tenant_id, key, device_number) ${keysOf('NEW')};
    END`,
    `CREATE TRIGGER device_keys_went AFTER DELETE ON device WHEN OLD.tags <> '[]' OR OLD.ip_addresses <> '[]' BEGIN
      DELETE FROM device_key WHERE (tenant_id, key, device_number) IN (${keysOf('OLD')});
    END`,
    // As the first step tells.
    `DELETE FROM sqlite_stat1 WHERE tbl = 'device_key'`,
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('device_key', 'device_key', '200000 200000 20 1')`,
    `ANALYZE sqlite_schema`,
  ],
  // Devices have no number there.
  postgres: [],
};
