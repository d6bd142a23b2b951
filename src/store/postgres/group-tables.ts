import type { AuditLine } from '../audit-store.ts';
import type { GroupedDevice, GroupOf, GroupRevision, GroupRow, GroupStore } from '../group-store.ts';
import { nameKey } from '../name-key.ts';
import type { ClientRow, DeviceRow } from '../store.ts';
import { writeLine } from './audit-table.ts';
import type { Database, Row } from './database.ts';
import { deviceColumns, textOf, toDeviceRow } from './device-record.ts';
import { moveDevices } from './device-writes.ts';
import { toClient, toGroup } from './directory-records.ts';
import type { GroupWrites } from './group-writes.ts';
import type { Mirror } from './mirror.ts';
import { storable, storableOrNull } from './storable.ts';
import type { WriteTransaction } from './write-transaction.ts';

const groupedColumns = 'id, device_group, assigned_group, name, tags, os_platform, ip_addresses';

/** Device groups, and where devices and clients stand by them. */
export class GroupTables implements GroupStore {
  readonly #database: Database;
  readonly #writes: GroupWrites;
  readonly #mirror: Mirror;

  constructor(database: Database, writes: GroupWrites, mirror: Mirror) {
    this.#database = database;
    this.#writes = writes;
    this.#mirror = mirror;
  }

  list(): readonly GroupRow[] {
    return this.#mirror.directory.groups;
  }

  listRevisions(): readonly GroupRevision[] {
    return this.#mirror.directory.groupRevisions;
  }

  change(
    tenantId: string,
    change: (kept: readonly GroupRow[], nextId: number) => readonly GroupRow[],
    line: AuditLine,
  ): Promise<void> {
    return this.#change(async (on) => {
      // Whoever else changes the tenant's groups waits here.
      const [tenant] = await on.rows('SELECT last_group_id FROM tenant WHERE id = $1 FOR NO KEY UPDATE', [tenantId]);
      const lastId = Number(tenant?.['last_group_id'] ?? 0);
      const rows = await on.rows('SELECT * FROM device_group WHERE tenant_id = $1 ORDER BY rank', [tenantId]);
      const kept = rows.map(toGroup);
      const groups = change(kept, lastId + 1);
      await on.rows('DELETE FROM device_group WHERE tenant_id = $1', [tenantId]);
      for (const group of groups) await insertGroup(on, group);
      const gone = kept.map(({ name }) => name).filter((name) => !groups.some((group) => group.name === name));
      for (const name of gone) await freeFrom(on, tenantId, name);
      await on.rows('UPDATE tenant SET group_revision = group_revision + 1, last_group_id = $1 WHERE id = $2', [
        Math.max(lastId, ...groups.map(({ id }) => id)),
        tenantId,
      ]);
      await writeLine(on, line);
    });
  }

  async listDevices(tenantId: string, after: string, most: number): Promise<readonly GroupedDevice[]> {
    const rows = await this.#database.read(
      `SELECT ${groupedColumns} FROM device WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
      [tenantId, after, most],
    );
    return rows.map(toGroupedDevice);
  }

  regroup(tenantId: string, deviceIds: readonly string[], groupOf: GroupOf): Promise<void> {
    return this.#writes.add(async (on) => {
      // Read again: they may have reported meanwhile, or be gone.
      const rows = await on.rows(
        `SELECT ${groupedColumns} FROM device WHERE tenant_id = $1 AND id = ANY($2::text[]) ORDER BY id FOR NO KEY UPDATE`,
        [tenantId, [...deviceIds]],
      );
      const devices = rows.map(toGroupedDevice);
      const moves = devices.map((device) => ({ id: device.id, group: device.assignedGroup ?? groupOf(device) }));
      await moveDevices(on, tenantId, moves);
    });
  }

  endRegrouping(tenantId: string, revision: number): Promise<void> {
    return this.#change(async (on) => {
      await on.rows('UPDATE tenant SET grouped_revision = greatest(grouped_revision, $1) WHERE id = $2', [
        revision,
        tenantId,
      ]);
    });
  }

  assign(
    tenantId: string,
    deviceId: string,
    { group, groupOf, line }: { readonly group: string | null; readonly groupOf: GroupOf; readonly line: AuditLine },
  ): Promise<DeviceRow | undefined> {
    return this.#writes.add(async (on) => {
      const [row] = await on.rows(
        `UPDATE device SET assigned_group = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2
         RETURNING ${groupedColumns}`,
        [tenantId, deviceId, storableOrNull(group)],
      );
      if (row === undefined) return undefined;
      await moveDevices(on, tenantId, [{ id: deviceId, group: group ?? groupOf(toGroupedDevice(row)) }]);
      await writeLine(on, line);
      const [moved] = await on.rows(`SELECT ${deviceColumns} FROM device WHERE tenant_id = $1 AND id = $2`, [
        tenantId,
        deviceId,
      ]);
      return moved === undefined ? undefined : toDeviceRow(moved);
    });
  }

  bindClient(
    tenantId: string,
    clientId: string,
    groups: readonly string[] | null,
    line: AuditLine,
  ): Promise<ClientRow | undefined> {
    return this.#change(async (on) => {
      const [row] = await on.rows('UPDATE client SET device_groups = $1 WHERE tenant_id = $2 AND id = $3 RETURNING *', [
        groups === null ? null : JSON.stringify(groups),
        tenantId,
        clientId,
      ]);
      if (row === undefined) return undefined;
      await writeLine(on, line);
      return toClient(row);
    });
  }

  #change<Result>(work: (on: WriteTransaction) => Promise<Result>): Promise<Result> {
    return this.#writes.add((on) => {
      on.notes.touchesDirectory = true;
      return work(on);
    });
  }
}

async function insertGroup(
  on: WriteTransaction,
  { tenantId, id, name, rank, rule, createdAt }: GroupRow,
): Promise<void> {
  await on.rows(
    `INSERT INTO device_group (tenant_id, id, name, name_key, rank, rule, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [tenantId, id, storable(name), storable(nameKey(name)), rank, JSON.stringify(rule), createdAt],
  );
}

/** Nothing is bound to a group that is gone: one that gets its name later is another. */
async function freeFrom(on: WriteTransaction, tenantId: string, group: string): Promise<void> {
  await on.rows(
    'UPDATE device SET assigned_group = NULL, version = version + 1 WHERE tenant_id = $1 AND assigned_group = $2',
    [tenantId, group],
  );
  const clients = await on.rows('SELECT * FROM client WHERE tenant_id = $1 FOR NO KEY UPDATE', [tenantId]);
  for (const { id, groups } of clients.map(toClient)) {
    if (groups?.includes(group) !== true) continue;
    const others = JSON.stringify(groups.filter((name) => name !== group));
    await on.rows('UPDATE client SET device_groups = $1 WHERE tenant_id = $2 AND id = $3', [others, tenantId, id]);
  }
}

function toGroupedDevice(row: Row): GroupedDevice {
  return {
    id: String(row['id']),
    deviceGroup: String(row['device_group']),
    assignedGroup: textOf(row['assigned_group']),
    name: textOf(row['name']),
    tags: row['tags'] as readonly string[],
    osPlatform: textOf(row['os_platform']),
    ipAddresses: row['ip_addresses'] as readonly string[],
  };
}
