import type { Migration } from './migration.ts';

/**
 * One report a device and source instead of one a device, and the ids by which reporting systems name a device.
 * Reports from before count as those of their format.
 */
export const reportSources: Migration = {
  version: 2,
  name: 'report-sources',
  statements: [
    `CREATE TABLE source_report (
      tenant_id TEXT NOT NULL,
      device_id TEXT NOT NULL,
      source TEXT NOT NULL,
      format TEXT NOT NULL,
      observed_at TEXT NOT NULL,
      received_at TEXT NOT NULL,
      revision INTEGER NOT NULL,
      content BLOB NOT NULL,
      PRIMARY KEY (tenant_id, device_id, source),
      FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, id) ON DELETE CASCADE
    ) STRICT`,
    `INSERT INTO source_report (tenant_id, device_id, source, format, observed_at, received_at, revision, content)
      SELECT report.tenant_id, report.device_id, report.format, report.format, device.reported_at, device.reported_at,
        1, report.content
      FROM device_report AS report
      JOIN device ON device.tenant_id = report.tenant_id AND device.id = report.device_id`,
    `DROP TABLE device_report`,
    `ALTER TABLE source_report RENAME TO device_report`,

    `CREATE TABLE device_alias (
      tenant_id TEXT NOT NULL,
      source_id TEXT NOT NULL,
      device_id TEXT NOT NULL,
      name_key TEXT NOT NULL,
      former_name_keys TEXT NOT NULL,
      is_cloned INTEGER NOT NULL CHECK (is_cloned IN (0, 1)),
      PRIMARY KEY (tenant_id, source_id),
      FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX device_alias_by_device ON device_alias (tenant_id, device_id)`,
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
      ('device_report', 'sqlite_autoindex_device_report_1', '100000 100000 1 1')`,
    `ANALYZE sqlite_schema`,
  ],
};
