import type { Migration } from './migration.ts';

/**
 * Device groups, clients that are bound to some, tenants that are being deleted, and the audit trail.
 *
 * - `client.device_groups`: JSON array of names, `''` for devices in no group; null: all devices.
 * - `device.assigned_group`: the group that somebody put the device into, whatever the rules say; null: the rules decide.
 * - `tenant.deleting_since`: nobody sees the tenant any more, its rows go piece by piece. `group_revision` grows with each change
 *   of the rules; devices stand where they belong once `grouped_revision` is the same. `last_group_id`: numbers are not given twice.
 * - `device_group`: the rule is a JSON object; the lowest rank whose rule fits decides.
 * - `audit`: what concerns all tenants stands under the zero GUID. `detail` is a JSON object. It refers to no tenant: that one was deleted is told too.
 */
export const tenants: Migration = {
  version: 5,
  name: 'tenants',
  statements: [
    `ALTER TABLE tenant ADD COLUMN deleting_since TEXT`,
    `ALTER TABLE tenant ADD COLUMN group_revision INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE tenant ADD COLUMN grouped_revision INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE tenant ADD COLUMN last_group_id INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE client ADD COLUMN device_groups TEXT`,
    `ALTER TABLE device ADD COLUMN assigned_group TEXT`,
    `CREATE INDEX device_by_group ON device (tenant_id, device_group)`,
    `CREATE INDEX device_by_assignment ON device (tenant_id, assigned_group) WHERE assigned_group IS NOT NULL`,
    // Whether a patch state is still in use is asked across tenants, when one of them goes.
    `CREATE INDEX patch_state_count_by_state ON patch_state_count (patch_state_id)`,

    `CREATE TABLE device_group (
      tenant_id TEXT NOT NULL REFERENCES tenant (id),
      id INTEGER NOT NULL,
      name TEXT NOT NULL,
      name_key TEXT NOT NULL,
      rank INTEGER NOT NULL,
      rule TEXT NOT NULL,
      created_at TEXT NOT NULL,
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, name_key)
    ) STRICT, WITHOUT ROWID`,

    `CREATE TABLE audit (
      tenant_id TEXT NOT NULL,
      at TEXT NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT,
      detail TEXT NOT NULL,
      PRIMARY KEY (tenant_id, at)
    ) STRICT, WITHOUT ROWID`,

    // As the first step tells; without the middle two a device's deletion reads all of its tenant's aliases.
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
      ('device', 'device_by_group', '100000 100000 10000 1'),
      ('device_alias', 'device_alias', '100000 100000 1'),
      ('device_alias', 'device_alias_by_device', '100000 100000 1 1'),
      ('audit', 'audit', '10000 10000 1')`,
    `ANALYZE sqlite_schema`,
  ],
};
