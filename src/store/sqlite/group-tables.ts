import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AuditLine } from '../audit-store.ts';
import type { GroupedDevice, GroupOf, GroupRevision, GroupRow, GroupRule, GroupStore } from '../group-store.ts';
import { nameKey } from '../name-key.ts';
import type { ClientRow, DeviceRow } from '../store.ts';
import type { AuditTable } from './audit-table.ts';
import type { ClientTable } from './client-table.ts';
import type { DeviceTable } from './device-table.ts';
import type { GroupCommit } from './group-commit.ts';

type Row = Readonly<Record<string, unknown>>;

/** What the groups are kept in, and what of it belongs to others. */
export interface GroupTablesOptions {
  readonly writes: GroupCommit;
  readonly devices: DeviceTable;
  readonly clients: ClientTable;
  readonly audit: AuditTable;
}

const deviceColumns = 'id, device_group, assigned_group, name, tags, os_platform, ip_addresses';

/** Device groups, and where devices and clients stand by them. */
export class GroupTables implements GroupStore {
  readonly #database: DatabaseSync;
  readonly #tables: GroupTablesOptions;
  readonly #page: StatementSync;
  readonly #device: StatementSync;
  readonly #assign: StatementSync;

  constructor(database: DatabaseSync, tables: GroupTablesOptions) {
    this.#database = database;
    this.#tables = tables;
    this.#page = database.prepare(
      `SELECT ${deviceColumns} FROM device WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ?`,
    );
    this.#device = database.prepare(`SELECT ${deviceColumns} FROM device WHERE tenant_id = ? AND id = ?`);
    this.#assign = database.prepare('UPDATE device SET assigned_group = ? WHERE tenant_id = ? AND id = ?');
  }

  list(): readonly GroupRow[] {
    return this.#database.prepare('SELECT * FROM device_group ORDER BY tenant_id, rank').all().map(toGroup);
  }

  listRevisions(): readonly GroupRevision[] {
    return this.#database
      .prepare('SELECT id, group_revision, grouped_revision FROM tenant WHERE deleting_since IS NULL')
      .all()
      .map((row) => ({
        tenantId: String(row['id']),
        revision: Number(row['group_revision']),
        groupedRevision: Number(row['grouped_revision']),
      }));
  }

  change(
    tenantId: string,
    change: (kept: readonly GroupRow[], nextId: number) => readonly GroupRow[],
    line: AuditLine,
  ): Promise<void> {
    return this.#tables.writes.add(() => {
      const kept = this.list().filter((group) => group.tenantId === tenantId);
      const groups = change(kept, this.#lastId(tenantId) + 1);
      this.#database.prepare('DELETE FROM device_group WHERE tenant_id = ?').run(tenantId);
      for (const group of groups) this.#insert(group);
      const gone = kept.map(({ name }) => name).filter((name) => !groups.some((group) => group.name === name));
      for (const name of gone) this.#freeFrom(tenantId, name);
      const lastId = Math.max(this.#lastId(tenantId), ...groups.map(({ id }) => id));
      this.#database
        .prepare('UPDATE tenant SET group_revision = group_revision + 1, last_group_id = ? WHERE id = ?')
        .run(lastId, tenantId);
      this.#tables.audit.write(line);
    });
  }

  listDevices(tenantId: string, after: string, most: number): readonly GroupedDevice[] {
    return this.#page.all(tenantId, after, most).map(toDevice);
  }

  regroup(tenantId: string, deviceIds: readonly string[], groupOf: GroupOf): Promise<void> {
    return this.#tables.writes.add((changes) => {
      for (const id of deviceIds) {
        const row = this.#device.get(tenantId, id);
        // Read again: it may have reported meanwhile, or be gone.
        if (row === undefined) continue;
        const device = toDevice(row);
        this.#tables.devices.move(tenantId, id, { group: device.assignedGroup ?? groupOf(device), changes });
      }
    });
  }

  endRegrouping(tenantId: string, revision: number): Promise<void> {
    return this.#tables.writes.add(() => {
      this.#database
        .prepare('UPDATE tenant SET grouped_revision = max(grouped_revision, ?) WHERE id = ?')
        .run(revision, tenantId);
    });
  }

  assign(
    tenantId: string,
    deviceId: string,
    { group, groupOf, line }: { readonly group: string | null; readonly groupOf: GroupOf; readonly line: AuditLine },
  ): Promise<DeviceRow | undefined> {
    return this.#tables.writes.add((changes) => {
      const row = this.#device.get(tenantId, deviceId);
      if (row === undefined) return undefined;
      this.#assign.run(group, tenantId, deviceId);
      this.#tables.devices.move(tenantId, deviceId, { group: group ?? groupOf(toDevice(row)), changes });
      this.#tables.audit.write(line);
      return this.#tables.devices.find(tenantId, deviceId);
    });
  }

  bindClient(
    tenantId: string,
    clientId: string,
    groups: readonly string[] | null,
    line: AuditLine,
  ): Promise<ClientRow | undefined> {
    return this.#tables.writes.add(() => {
      const bound = this.#tables.clients.bind(tenantId, clientId, groups);
      if (bound !== undefined) this.#tables.audit.write(line);
      return bound;
    });
  }

  #insert({ tenantId, id, name, rank, rule, createdAt }: GroupRow): void {
    this.#database
      .prepare(
        `INSERT INTO device_group (tenant_id, id, name, name_key, rank, rule, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(tenantId, id, name, nameKey(name), rank, JSON.stringify(rule), createdAt);
  }

  #lastId(tenantId: string): number {
    return Number(
      this.#database.prepare('SELECT last_group_id FROM tenant WHERE id = ?').get(tenantId)?.['last_group_id'],
    );
  }

  /** Nothing is bound to a group that is gone: one that gets its name later is another. */
  #freeFrom(tenantId: string, group: string): void {
    this.#database
      .prepare('UPDATE device SET assigned_group = NULL WHERE tenant_id = ? AND assigned_group = ?')
      .run(tenantId, group);
    const { clients } = this.#tables;
    for (const { tenantId: of, id, groups } of clients.list()) {
      if (of === tenantId && groups?.includes(group) === true)
        clients.bind(
          tenantId,
          id,
          groups.filter((name) => name !== group),
        );
    }
  }
}

function toGroup(row: Row): GroupRow {
  return {
    tenantId: String(row['tenant_id']),
    id: Number(row['id']),
    name: String(row['name']),
    rank: Number(row['rank']),
    rule: JSON.parse(String(row['rule'])) as GroupRule,
    createdAt: String(row['created_at']),
  };
}

function toDevice(row: Row): GroupedDevice {
  return {
    id: String(row['id']),
    deviceGroup: String(row['device_group']),
    assignedGroup: textOf(row['assigned_group']),
    name: textOf(row['name']),
    tags: JSON.parse(String(row['tags'])) as readonly string[],
    osPlatform: textOf(row['os_platform']),
    ipAddresses: JSON.parse(String(row['ip_addresses'])) as readonly string[],
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
