import type { Migration } from './migration.ts';

/**
 * Devices are numbered as they come and their reports stand under the number: ids are hashes, and under them each report went to a
 * page of its own in the device table, in the reports' key and in two indexes. Now only the narrow key of ids is written all over.
 * The number stays within the tenant that leads each key. A trigger takes reports away with their device: a foreign key would need
 * a further index of numbers. A number is never given again, so that a report cannot come to another device.
 */
export const numberedDevices: Migration = {
  version: 4,
  name: 'numbered-devices',
  statements: [
    `CREATE TABLE numbered_device (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      tenant_id TEXT NOT NULL REFERENCES tenant (id),
      id TEXT NOT NULL,
      device_group TEXT NOT NULL DEFAULT '',
      name TEXT,
      name_key TEXT,
      os_name TEXT,
      os_build TEXT,
      os_platform TEXT,
      display_version TEXT,
      architecture TEXT,
      installation_type TEXT,
      tags TEXT NOT NULL,
      ip_addresses TEXT NOT NULL,
      first_seen_at TEXT NOT NULL,
      reported_at TEXT NOT NULL,
      patch_state_id TEXT NOT NULL,
      UNIQUE (tenant_id, id)
    ) STRICT`,
    `INSERT INTO numbered_device (tenant_id, id, device_group, name, name_key, os_name, os_build, os_platform, display_version,
        architecture, installation_type, tags, ip_addresses, first_seen_at, reported_at, patch_state_id)
      SELECT tenant_id, id, device_group, name, name_key, os_name, os_build, os_platform, display_version,
        architecture, installation_type, tags, ip_addresses, first_seen_at, reported_at, patch_state_id
      FROM device ORDER BY tenant_id, id`,

    `CREATE TABLE numbered_report (
      tenant_id TEXT NOT NULL,
      device_number INTEGER NOT NULL,
      source TEXT NOT NULL,
      format TEXT NOT NULL,
      observed_at TEXT NOT NULL,
      received_at TEXT NOT NULL,
      revision INTEGER NOT NULL,
      content BLOB NOT NULL,
      PRIMARY KEY (tenant_id, device_number, source)
    ) STRICT`,
    `INSERT INTO numbered_report (tenant_id, device_number, source, format, observed_at, received_at, revision, content)
      SELECT report.tenant_id, device.number, report.source, report.format, report.observed_at, report.received_at,
        report.revision, report.content
      FROM numbered_device AS device
      JOIN device_report AS report ON report.tenant_id = device.tenant_id AND report.device_id = device.id
      ORDER BY device.number, report.source`,

    // Dropping a table deletes its rows, and what refers to them goes with them: aliases move over first.
    `CREATE TABLE numbered_alias (
      tenant_id TEXT NOT NULL,
      source_id TEXT NOT NULL,
      device_id TEXT NOT NULL,
      name_key TEXT NOT NULL,
      former_name_keys TEXT NOT NULL,
      is_cloned INTEGER NOT NULL CHECK (is_cloned IN (0, 1)),
      PRIMARY KEY (tenant_id, source_id),
      FOREIGN KEY (tenant_id, device_id) REFERENCES numbered_device (tenant_id, id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO numbered_alias (tenant_id, source_id, device_id, name_key, former_name_keys, is_cloned)
      SELECT tenant_id, source_id, device_id, name_key, former_name_keys, is_cloned FROM device_alias`,

    `DROP TABLE device_alias`,
    `DROP TABLE device_report`,
    `DROP TABLE device`,
    `ALTER TABLE numbered_device RENAME TO device`,
    `ALTER TABLE numbered_report RENAME TO device_report`,
    `ALTER TABLE numbered_alias RENAME TO device_alias`,
    `CREATE INDEX device_by_name ON device (tenant_id, name_key)`,
    `CREATE INDEX device_by_report ON device (tenant_id, reported_at)`,
    `CREATE INDEX device_alias_by_device ON device_alias (tenant_id, device_id)`,
    `CREATE TRIGGER device_deleted AFTER DELETE ON device BEGIN
      DELETE FROM device_report WHERE tenant_id = OLD.tenant_id AND device_number = OLD.number;
    END`,

    // As in the first step: what ANALYZE would find in a large tenant.
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
      ('device', 'sqlite_autoindex_device_1', '100000 100000 1'),
      ('device', 'device_by_name', '100000 100000 1'),
      ('device', 'device_by_report', '100000 100000 2'),
      ('device_report', 'sqlite_autoindex_device_report_1', '100000 100000 1 1')`,
    `ANALYZE sqlite_schema`,
  ],
};
