import type { Migration } from './migration.ts';

/**
 * osquery nodes: the secrets by which they enrol, their keys (both as SHA-256), and what each of their queries gave last.
 * `content` is packed JSON; hashes of results and facts are hex digits.
 */
export const osquery: Migration = {
  version: 3,
  name: 'osquery',
  statements: [
    `CREATE TABLE enroll_secret (
      tenant_id TEXT NOT NULL REFERENCES tenant (id),
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      secret_hash BLOB NOT NULL,
      created_at TEXT NOT NULL,
      revoked_at TEXT,
      PRIMARY KEY (tenant_id, id)
    ) STRICT, WITHOUT ROWID`,

    `CREATE TABLE osquery_node (
      tenant_id TEXT NOT NULL REFERENCES tenant (id),
      id TEXT NOT NULL,
      key_hash BLOB NOT NULL,
      secret_id TEXT NOT NULL,
      host_identifier TEXT NOT NULL,
      host_name TEXT,
      hardware_id TEXT,
      serial_number TEXT,
      is_windows INTEGER NOT NULL CHECK (is_windows IN (0, 1)),
      enrolled_at TEXT NOT NULL,
      revoked_at TEXT,
      results_revision INTEGER NOT NULL DEFAULT 0,
      applied_revision INTEGER NOT NULL DEFAULT 0,
      applied_at TEXT,
      facts_hash TEXT,
      device_id TEXT,
      PRIMARY KEY (tenant_id, id)
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX osquery_node_by_identifier ON osquery_node (tenant_id, host_identifier)`,

    `CREATE TABLE osquery_result (
      tenant_id TEXT NOT NULL,
      node_id TEXT NOT NULL,
      query TEXT NOT NULL,
      hash TEXT NOT NULL,
      received_at TEXT NOT NULL,
      content BLOB NOT NULL,
      PRIMARY KEY (tenant_id, node_id, query),
      FOREIGN KEY (tenant_id, node_id) REFERENCES osquery_node (tenant_id, id) ON DELETE CASCADE
    ) STRICT`,
    // As the first step tells: without it SQLite takes the tenant alone to be as good a key.
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
      ('osquery_node', 'osquery_node', '100000 100000 1'),
      ('osquery_node', 'osquery_node_by_identifier', '100000 100000 1 1'),
      ('osquery_result', 'sqlite_autoindex_osquery_result_1', '1000000 1000000 10 1')`,
    `ANALYZE sqlite_schema`,
  ],
};
