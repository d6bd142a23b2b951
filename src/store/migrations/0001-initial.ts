import type { Migration } from './migration.ts';

/**
 * The tenant leads every key of what belongs to somebody, and no key crosses tenants; patch states are facts that belong
 * to nobody. `name_key` is the name in lower case (of all letters, which SQLite's NOCASE does for ASCII alone).
 * Reports stand apart from devices so that a scan of the devices does not read them. Instants are ISO 8601 text in UTC
 * with milliseconds; `tags`, `ip_addresses` and `roles` are JSON arrays.
 */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  statements: [
    `CREATE TABLE tenant (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      created_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,

    `CREATE TABLE patch_state (
      id TEXT NOT NULL PRIMARY KEY,
      content TEXT NOT NULL
    ) STRICT`,

    `CREATE TABLE device (
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
      PRIMARY KEY (tenant_id, id)
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX device_by_name ON device (tenant_id, name_key)`,
    `CREATE INDEX device_by_report ON device (tenant_id, reported_at)`,

    `CREATE TABLE device_report (
      tenant_id TEXT NOT NULL,
      device_id TEXT NOT NULL,
      format TEXT NOT NULL,
      content BLOB NOT NULL,
      PRIMARY KEY (tenant_id, device_id),
      FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, id) ON DELETE CASCADE
    ) STRICT`,

    `CREATE TABLE patch_state_count (
      tenant_id TEXT NOT NULL REFERENCES tenant (id),
      device_group TEXT NOT NULL,
      patch_state_id TEXT NOT NULL REFERENCES patch_state (id),
      devices INTEGER NOT NULL CHECK (devices >= 0),
      PRIMARY KEY (tenant_id, device_group, patch_state_id)
    ) STRICT, WITHOUT ROWID`,

    `CREATE TABLE client (
      tenant_id TEXT NOT NULL REFERENCES tenant (id),
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      secret_hash BLOB NOT NULL,
      roles TEXT NOT NULL,
      created_at TEXT NOT NULL,
      revoked_at TEXT,
      PRIMARY KEY (tenant_id, id)
    ) STRICT, WITHOUT ROWID`,

    `CREATE TABLE signing_key (
      kid TEXT NOT NULL PRIMARY KEY,
      private_key_pem TEXT NOT NULL,
      public_key_pem TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,

    // What ANALYZE would find in a large tenant. Without it SQLite takes the tenant alone to be a key as good as tenant
    // and name, and reads every device to find one by name. Source: sqlite.org, "The Query Optimizer Overview", ANALYZE.
    `ANALYZE sqlite_schema`,
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
      ('device', 'device', '100000 100000 1'),
      ('device', 'device_by_name', '100000 100000 1 1'),
      ('device', 'device_by_report', '100000 100000 2 1')`,
    `ANALYZE sqlite_schema`,
  ],
};
