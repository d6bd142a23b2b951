import type { Migration } from './migration.ts';

const keysOf = (row: string): string => `
  SELECT ${row}.tenant_id, 't' || fold_text(tag.value), ${row}.id FROM json_each(${row}.tags) AS tag
  UNION SELECT ${row}.tenant_id, 'i' || fold_text(address.value), ${row}.id FROM json_each(${row}.ip_addresses) AS address`;

/**
 * How devices are found that are few among many: by patch state, and by tags (`tsite:berlin`) and addresses
 * (`i10.0.0.1`) in one table, so that a report touches one place more and not one for each. Triggers keep it, so that no way of
 * changing a device can leave it out. Keys are folded: they are compared without case.
 */
export const deviceKeys: Migration = {
  version: 6,
  name: 'device-keys',
  statements: [
    `CREATE INDEX device_by_state ON device (tenant_id, patch_state_id)`,
    `CREATE TABLE device_key (
      tenant_id TEXT NOT NULL,
      key TEXT NOT NULL,
      device_id TEXT NOT NULL,
      PRIMARY KEY (tenant_id, key, device_id)
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO device_key (tenant_id, key, device_id)
      SELECT device.tenant_id, 't' || fold_text(tag.value), device.id FROM device, json_each(device.tags) AS tag
      UNION SELECT device.tenant_id, 'i' || fold_text(address.value), device.id
      FROM device, json_each(device.ip_addresses) AS address`,
    `CREATE TRIGGER device_keys_came AFTER INSERT ON device WHEN NEW.tags <> '[]' OR NEW.ip_addresses <> '[]' BEGIN
      INSERT INTO device_key (tenant_id, key, device_id) ${keysOf('NEW')};
    END`,
    `CREATE TRIGGER device_keys_changed AFTER UPDATE OF tags, ip_addresses ON device
    WHEN OLD.tags <> NEW.tags OR OLD.ip_addresses <> NEW.ip_addresses BEGIN
      DELETE FROM device_key WHERE (tenant_id, key, device_id) IN (${keysOf('OLD')});
      INSERT INTO device_key (tenant_id, key, device_id) ${keysOf('NEW')};
    END`,
    `CREATE TRIGGER device_keys_went AFTER DELETE ON device WHEN OLD.tags <> '[]' OR OLD.ip_addresses <> '[]' BEGIN
      DELETE FROM device_key WHERE (tenant_id, key, device_id) IN (${keysOf('OLD')});
    END`,
    // As the first step tells.
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
      ('device', 'device_by_state', '100000 100000 20 1'),
      ('device_key', 'device_key', '200000 200000 20 1')`,
    `ANALYZE sqlite_schema`,
  ],
};
