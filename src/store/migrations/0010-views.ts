import type { Migration } from './migration.ts';

/**
 * What lists for people need: since when a patch state is seen (the index by state goes on with the instant), and figures of
 * each UTC day by device group, `''` for devices in none, so that a client bound to groups sees the sum of its own.
 */
export const views: Migration = {
  version: 10,
  name: 'views',
  statements: [
    `DROP INDEX device_by_state`,
    `CREATE INDEX device_by_state ON device (tenant_id, patch_state_id, first_seen_at)`,
    `CREATE TABLE exposure_day (
      tenant_id TEXT NOT NULL REFERENCES tenant (id),
      day TEXT NOT NULL,
      device_group TEXT NOT NULL,
      devices INTEGER NOT NULL,
      assessed INTEGER NOT NULL,
      partly_assessed INTEGER NOT NULL,
      not_assessed INTEGER NOT NULL,
      nothing_missing INTEGER NOT NULL,
      missing INTEGER NOT NULL,
      open_cves INTEGER NOT NULL,
      exploited_cves INTEGER NOT NULL,
      PRIMARY KEY (tenant_id, day, device_group)
    ) STRICT, WITHOUT ROWID`,
    // As the first step tells.
    `DELETE FROM sqlite_stat1 WHERE idx = 'device_by_state'`,
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
      ('device', 'device_by_state', '100000 100000 20 1'),
      ('exposure_day', 'exposure_day', '4000 4000 10 1')`,
    `ANALYZE sqlite_schema`,
  ],
  postgres: [
    `DROP INDEX IF EXISTS device_by_state`,
    `CREATE INDEX device_by_state ON device (tenant_id, patch_state_id, first_seen_at)`,
    `CREATE TABLE exposure_day (
      tenant_id text COLLATE "C" NOT NULL REFERENCES tenant (id),
      day text COLLATE "C" NOT NULL,
      device_group text COLLATE "C" NOT NULL,
      devices bigint NOT NULL,
      assessed bigint NOT NULL,
      partly_assessed bigint NOT NULL,
      not_assessed bigint NOT NULL,
      nothing_missing bigint NOT NULL,
      missing bigint NOT NULL,
      open_cves bigint NOT NULL,
      exploited_cves bigint NOT NULL,
      PRIMARY KEY (tenant_id, day, device_group)
    )`,
  ],
};
