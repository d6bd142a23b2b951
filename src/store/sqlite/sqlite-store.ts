import { randomUUID } from 'node:crypto';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery } from 'kysely';
import type { PatchState } from '../../inventory/patch-state.ts';
import { compileDeviceCount, compileDevicePage, type ListCompiler } from '../device-list-query.ts';
import type { AuditLine } from '../audit-store.ts';
import {
  LastTenantError,
  StoreClosedError,
  StoreWriteError,
  TenantExistsError,
  TenantGoneError,
} from '../store-error.ts';
import type {
  ClientRow,
  CountChange,
  DeviceAlias,
  DevicePage,
  DeviceQuery,
  DeviceReport,
  DeviceRow,
  DeviceScope,
  KeptReport,
  PatchStateCount,
  SavedReport,
  SigningKey,
  Store,
  StoredSigningKey,
  Tenant,
  TenantRow,
} from '../store.ts';
import { AuditTable } from './audit-table.ts';
import { ClientTable } from './client-table.ts';
import { toDeviceRow, type DeviceRecord } from './device-record.ts';
import { DeviceTable } from './device-table.ts';
import { GroupTables } from './group-tables.ts';
import { GroupCommit } from './group-commit.ts';
import { createSqliteListCompiler } from './list-compiler.ts';
import { openDatabase, openReader } from './open-database.ts';
import { OsqueryTables } from './osquery-tables.ts';
import { PublicationTable } from './publication-table.ts';
import { SessionTable } from './session-table.ts';
import { SqliteSnapshot } from './sqlite-snapshot.ts';
import { deleteSigningKeys, insertSigningKey, listSigningKeys, replaceSigningKey } from './signing-key-table.ts';
import { TenantRows } from './tenant-rows.ts';
import { ViewTables } from './view-tables.ts';

/**
 * The store of a data folder, made where there is none; a new one has the tenant `default`.
 * @throws {StoreUnreadableError} {@link StoreTooNewError}
 */
export function openSqliteStore(dataFolder: string, now: Date): SqliteStore {
  const store = new SqliteStore(openDatabase(dataFolder), () => openReader(dataFolder));
  store.addDefaultTenant(now.toISOString());
  return store;
}

export class SqliteStore implements Store {
  readonly osquery: OsqueryTables;
  readonly audit: AuditTable;
  readonly groups: GroupTables;
  readonly sessions: SessionTable;
  readonly publications: PublicationTable;
  readonly views: ViewTables;
  readonly #database: DatabaseSync;
  readonly #openReader: () => DatabaseSync;
  readonly #devices: DeviceTable;
  readonly #clients: ClientTable;
  readonly #tenantRows: TenantRows;
  readonly #writes: GroupCommit;
  readonly #lists: ListCompiler = createSqliteListCompiler(
    (query) => this.#all<{ readonly devices: number }>(query)[0]?.devices ?? 0,
  );
  readonly #listeners: ((changes: readonly CountChange[]) => void)[] = [];
  readonly #commitListeners: (() => void)[] = [];
  readonly #findPatchState: StatementSync;
  readonly #dataVersion: StatementSync;
  #seenDataVersion: unknown;

  constructor(database: DatabaseSync, openAnother: () => DatabaseSync) {
    this.#database = database;
    this.#openReader = openAnother;
    this.#devices = new DeviceTable(database);
    this.#clients = new ClientTable(database);
    this.#writes = new GroupCommit(database, (changes) => {
      for (const listener of this.#commitListeners) listener();
      if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
    });
    this.audit = new AuditTable(database, this.#writes);
    this.osquery = new OsqueryTables(database, this.#writes, this.audit);
    this.groups = new GroupTables(database, {
      writes: this.#writes,
      devices: this.#devices,
      clients: this.#clients,
      audit: this.audit,
    });
    this.sessions = new SessionTable(database, this.#writes);
    this.publications = new PublicationTable(database, this.#writes);
    this.views = new ViewTables(database, this.#writes, this.#lists);
    this.#tenantRows = new TenantRows(database);
    this.#findPatchState = database.prepare('SELECT content FROM patch_state WHERE id = ?');
    this.#dataVersion = database.prepare('PRAGMA data_version');
    this.#seenDataVersion = this.#readDataVersion();
  }

  listTenants(): readonly TenantRow[] {
    return this.#database
      .prepare('SELECT id, name, created_at FROM tenant WHERE deleting_since IS NULL ORDER BY name')
      .all()
      .map(toTenantRow);
  }

  createTenant(tenant: TenantRow, line?: AuditLine): Promise<void> {
    return this.#writes.add(() => {
      if (!this.#insertTenant(tenant)) throw new TenantExistsError(tenant.name);
      if (line !== undefined) this.audit.write(line);
    });
  }

  beginTenantDeletion(tenantId: string, since: string, line: AuditLine): Promise<void> {
    return this.#writes.add(() => {
      const tenants = this.listTenants();
      const tenant = tenants.find(({ id }) => id === tenantId);
      if (tenant === undefined) return;
      if (tenants.length === 1) throw new LastTenantError(tenant.name);
      this.#database.prepare('UPDATE tenant SET deleting_since = ? WHERE id = ?').run(since, tenantId);
      this.audit.write(line);
    });
  }

  listTenantsInDeletion(): readonly Tenant[] {
    return this.#database
      .prepare('SELECT id, name FROM tenant WHERE deleting_since IS NOT NULL ORDER BY deleting_since, id')
      .all()
      .map((row) => ({ id: String(row['id']), name: String(row['name']) }));
  }

  deleteTenantRows(tenantId: string, most: number): Promise<number> {
    return this.#writes.add(() => this.#tenantRows.deleteSome(tenantId, most));
  }

  endTenantDeletion(tenantId: string): Promise<void> {
    return this.#writes.add(() => this.#tenantRows.deleteRest(tenantId));
  }

  dropUnusedPatchStates(after: string, many: number): Promise<string | undefined> {
    return this.#writes.add(() => this.#tenantRows.dropUnusedStates(after, many));
  }

  addDefaultTenant(createdAt: string): void {
    if (this.listTenants().length === 0) this.#insertTenant({ id: randomUUID(), name: 'default', createdAt });
  }

  /** @throws {TenantGoneError} */
  saveReport(report: DeviceReport): Promise<SavedReport> {
    return this.#writes.add((changes) => {
      try {
        return this.#devices.save(report, changes);
      } catch (error) {
        throw isForeignKeyError(error) ? new TenantGoneError(report.device.tenantId) : error;
      }
    });
  }

  async saveReports(reports: readonly DeviceReport[]): Promise<readonly PromiseSettledResult<SavedReport>[]> {
    try {
      const saved = await this.#writes.add((changes) => this.#devices.saveAll(reports, changes));
      return saved.map((value) => ({ status: 'fulfilled', value }));
    } catch (error) {
      if (error instanceof StoreClosedError || error instanceof StoreWriteError) throw error;
      // One of them cannot be kept; apart, it costs only itself.
      return Promise.allSettled(reports.map((report) => this.saveReport(report)));
    }
  }

  queuedWrites(): number {
    return this.#writes.queued;
  }

  deleteDevice(tenantId: string, deviceId: string, line?: AuditLine): Promise<DeviceRow | undefined> {
    return this.#writes.add((changes) => {
      const deleted = this.#devices.delete(tenantId, deviceId, changes);
      if (deleted !== undefined && line !== undefined) this.audit.write(line);
      return deleted;
    });
  }

  findDevice(tenantId: string, deviceId: string): DeviceRow | undefined {
    return this.#devices.find(tenantId, deviceId);
  }

  findDevicesByName(scope: DeviceScope, name: string): readonly DeviceRow[] {
    return this.#devices.findByName(scope, name);
  }

  listDevices(scope: DeviceScope, query: DeviceQuery): DevicePage {
    const records = this.#all<DeviceRecord>(compileDevicePage(scope, query, this.#lists));
    const counted =
      query.count === true ? this.#all<{ devices: number }>(compileDeviceCount(scope, query, this.#lists)) : [];
    return {
      devices: records.slice(0, query.top).map(toDeviceRow),
      count: counted[0]?.devices,
      hasMore: records.length > query.top,
    };
  }

  openSnapshot(tenantId: string): SqliteSnapshot {
    return new SqliteSnapshot(this.#openReader(), tenantId);
  }

  async pruneChanges(instant: Date): Promise<void> {
    for (const { id } of this.listTenants()) {
      while ((await this.#writes.add(() => this.#pruneChanges(id, instant.getTime() * 1000))) > 0) continue;
    }
  }

  countDevicesReportedBefore(scope: DeviceScope, instant: string): number {
    return this.#devices.countReportedBefore(scope, instant);
  }

  listReports(tenantId: string, deviceId: string, except?: string): readonly KeptReport[] {
    return this.#devices.reports.list(tenantId, deviceId, except);
  }

  findAlias(tenantId: string, sourceId: string): DeviceAlias | undefined {
    return this.#devices.aliases.find(tenantId, sourceId);
  }

  listAliases(tenantId: string, deviceId: string): readonly DeviceAlias[] {
    return this.#devices.aliases.listOf(tenantId, deviceId);
  }

  findPatchState(id: string): PatchState | undefined {
    const content = this.#findPatchState.get(id)?.['content'];
    return typeof content === 'string' ? (JSON.parse(content) as PatchState) : undefined;
  }

  listCounts(): readonly PatchStateCount[] {
    return this.#counts(
      `SELECT tenant_id, device_group, patch_state_id, devices FROM patch_state_count
       WHERE ${ofTenantsInUse} ORDER BY tenant_id, device_group, patch_state_id`,
    );
  }

  recount(): readonly PatchStateCount[] {
    return this.#counts(
      `SELECT tenant_id, device_group, patch_state_id, count(*) AS devices FROM device WHERE ${ofTenantsInUse}
       GROUP BY tenant_id, device_group, patch_state_id ORDER BY tenant_id, device_group, patch_state_id`,
    );
  }

  listClients(): readonly ClientRow[] {
    return this.#clients.list();
  }

  saveClient(client: ClientRow, line?: AuditLine): Promise<void> {
    return this.#writes.add(() => {
      this.#clients.save(client);
      if (line !== undefined) this.audit.write(line);
    });
  }

  revokeClient(
    tenantId: string,
    clientId: string,
    revokedAt: string,
    line?: AuditLine,
  ): Promise<ClientRow | undefined> {
    return this.#writes.add(() => {
      const revoked = this.#clients.revoke(tenantId, clientId, revokedAt);
      if (revoked !== undefined && line !== undefined) this.audit.write(line);
      return revoked;
    });
  }

  listSigningKeys(): readonly StoredSigningKey[] {
    return listSigningKeys(this.#database);
  }

  addSigningKey(key: SigningKey, createdAt: string): void {
    insertSigningKey(this.#database, key, createdAt);
  }

  replaceSigningKey(key: SigningKey, how: { readonly createdAt: string; readonly replaces: string }): void {
    replaceSigningKey(this.#database, key, how);
  }

  deleteSigningKeys(kids: readonly string[]): void {
    deleteSigningKeys(this.#database, kids);
  }

  onCommit(listener: () => void): void {
    this.#commitListeners.push(listener);
  }

  onCountsChanged(listener: (changes: readonly CountChange[]) => void): void {
    this.#listeners.push(listener);
  }

  hasForeignChanges(): boolean {
    const version = this.#readDataVersion();
    const hasChanged = version !== this.#seenDataVersion;
    this.#seenDataVersion = version;
    return hasChanged;
  }

  close(): Promise<void> {
    if (this.#database.isOpen) {
      this.#writes.close();
      this.#database.close();
    }
    return Promise.resolve();
  }

  /** One piece; how many rows went. */
  #pruneChanges(tenantId: string, before: number): number {
    const last = this.#database
      .prepare(
        `SELECT max(changed_at) AS mark, count(*) AS rows FROM
           (SELECT changed_at FROM device_change WHERE tenant_id = ? AND changed_at < ? ORDER BY changed_at LIMIT 2000)`,
      )
      .get(tenantId, before);
    if (typeof last?.['mark'] !== 'number') return 0;
    this.#database
      .prepare('DELETE FROM device_change WHERE tenant_id = ? AND changed_at <= ?')
      .run(tenantId, last['mark']);
    this.#database.prepare('UPDATE tenant SET changes_pruned_to = ? WHERE id = ?').run(last['mark'], tenantId);
    return Number(last['rows']);
  }

  /** `false` where the name is taken. */
  #insertTenant({ id, name, createdAt }: TenantRow): boolean {
    const insert = this.#database.prepare(
      'INSERT INTO tenant (id, name, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING',
    );
    return insert.run(id, name, createdAt).changes === 1;
  }

  #counts(sql: string): readonly PatchStateCount[] {
    return this.#database
      .prepare(sql)
      .all()
      .map((row) => ({
        tenantId: String(row['tenant_id']),
        deviceGroup: String(row['device_group']),
        patchStateId: String(row['patch_state_id']),
        devices: Number(row['devices']),
      }));
  }

  #all<Row>({ sql, parameters }: CompiledQuery): readonly Row[] {
    return this.#database.prepare(sql).all(...(parameters as readonly SQLInputValue[])) as unknown as readonly Row[];
  }

  /** SQLite's count of commits by other connections, as this one sees it. */
  #readDataVersion(): unknown {
    return this.#dataVersion.get()?.['data_version'];
  }
}

const ofTenantsInUse = 'tenant_id NOT IN (SELECT id FROM tenant WHERE deleting_since IS NOT NULL)';

function toTenantRow(row: Readonly<Record<string, unknown>>): TenantRow {
  return { id: String(row['id']), name: String(row['name']), createdAt: String(row['created_at']) };
}

/** SQLITE_CONSTRAINT_FOREIGNKEY */
function isForeignKeyError(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 787;
}
