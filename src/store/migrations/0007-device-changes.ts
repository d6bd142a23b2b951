import type { Migration } from './migration.ts';

/** Microseconds since 1970, and always above what is there: a clock that goes back must not hide a change. */
const nextMark = (row: 'NEW' | 'OLD'): string =>
  `max(CAST(unixepoch('subsec') * 1000000 AS INTEGER),
     1 + coalesce((SELECT max(changed_at) FROM device_change WHERE tenant_id = ${row}.tenant_id), 0))`;

const columns = 'tenant_id, changed_at, device_id, patch_state_id, device_group, name';

/**
 * What devices were before each change, so that a client that holds an older list can be told the difference. Triggers
 * write it, so that no way of changing a device can leave it out. A row without a patch state: the device was not there.
 * Rows go after a month; `tenant.changes_pruned_to` is the newest that went.
 */
export const deviceChanges: Migration = {
  version: 7,
  name: 'device-changes',
  statements: [
    `CREATE TABLE device_change (
      tenant_id TEXT NOT NULL,
      changed_at INTEGER NOT NULL,
      device_id TEXT NOT NULL,
      patch_state_id TEXT,
      device_group TEXT,
      name TEXT,
      PRIMARY KEY (tenant_id, changed_at)
    ) STRICT, WITHOUT ROWID`,
    // Whether a patch state is still told of is asked when a tenant goes; devices that came have none.
    `CREATE INDEX device_change_by_state ON device_change (patch_state_id) WHERE patch_state_id IS NOT NULL`,
    `ALTER TABLE tenant ADD COLUMN changes_pruned_to INTEGER NOT NULL DEFAULT 0`,
    `CREATE TRIGGER device_came AFTER INSERT ON device BEGIN
      INSERT INTO device_change (${columns}) VALUES (NEW.tenant_id, ${nextMark('NEW')}, NEW.id, NULL, NULL, NULL);
    END`,
    `CREATE TRIGGER device_changed AFTER UPDATE OF patch_state_id, device_group, name ON device
    WHEN OLD.patch_state_id <> NEW.patch_state_id OR OLD.device_group <> NEW.device_group OR OLD.name IS NOT NEW.name
    BEGIN
      INSERT INTO device_change (${columns})
      VALUES (OLD.tenant_id, ${nextMark('OLD')}, OLD.id, OLD.patch_state_id, OLD.device_group, OLD.name);
    END`,
    // Of a tenant that is being deleted nobody asks any more.
    `CREATE TRIGGER device_went AFTER DELETE ON device
    WHEN NOT EXISTS (SELECT 1 FROM tenant WHERE id = OLD.tenant_id AND deleting_since IS NOT NULL)
    BEGIN
      INSERT INTO device_change (${columns})
      VALUES (OLD.tenant_id, ${nextMark('OLD')}, OLD.id, OLD.patch_state_id, OLD.device_group, OLD.name);
    END`,
  ],
};
