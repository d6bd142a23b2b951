import { randomUUID } from 'node:crypto';
import type { PatchState } from '../../inventory/patch-state.ts';
import type { AuditLine } from '../audit-store.ts';
import { compileDeviceCount, compileDevicePage } from '../device-list-query.ts';
import type { DeviceSnapshot } from '../device-snapshot.ts';
import { unpackReport } from '../report-bytes.ts';
import { LastTenantError, StoreClosedError, StoreUnreachableError, TenantExistsError } from '../store-error.ts';
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
import { AuditTable, writeLine } from './audit-table.ts';
import { Database, type PostgresSettings, type Row } from './database.ts';
import { reasonOf, toStoreError } from './database-error.ts';
import { indexKey } from './device-batch.ts';
import { deviceColumns, toDeviceRow } from './device-record.ts';
import { deleteDevice } from './device-writes.ts';
import { toClient } from './directory-records.ts';
import { FollowNodes } from './follow-nodes.ts';
import { GroupTables } from './group-tables.ts';
import { GroupWrites } from './group-writes.ts';
import { createPostgresListCompiler } from './list-compiler.ts';
import { migrate } from './migrate.ts';
import { Mirror } from './mirror.ts';
import { NodeMark } from './node-mark.ts';
import { OsqueryTables } from './osquery-tables.ts';
import { PostgresSnapshot } from './postgres-snapshot.ts';
import { PublicationTable } from './publication-table.ts';
import { SessionTable } from './session-table.ts';
import { SharedCatalogue } from './shared-catalogue.ts';
import { storable } from './storable.ts';
import { deleteRest, deleteSomeRows, dropUnusedStates } from './tenant-rows.ts';
import { ViewTable } from './view-table.ts';
import type { WriteNotes, WriteTransaction } from './write-transaction.ts';

/** How often a database is tried that was not there at the start. */
const retryEveryMs = 1000;

/**
 * The store of a PostgreSQL database that any number of processes share. It opens at once; until the database answered, nothing is known
 * and `findTrouble` says why. `opened` resolves once it did, and rejects where it holds what this program cannot use, or, unless
 * `keepsTrying`, where it does not answer at the first try.
 */
export function openPostgresStore(
  settings: PostgresSettings,
  { now, keepsTrying = false }: { readonly now: () => Date; readonly keepsTrying?: boolean },
): PostgresStore {
  return new PostgresStore(settings, now, keepsTrying);
}

export class PostgresStore implements Store {
  readonly osquery: OsqueryTables;
  readonly audit: AuditTable;
  readonly groups: GroupTables;
  readonly sessions: SessionTable;
  readonly publications: PublicationTable;
  readonly views: ViewTable;
  readonly sharedCatalogue: SharedCatalogue;
  readonly opened: Promise<void>;
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #mark: NodeMark;
  readonly #mirror = new Mirror();
  readonly #writes: GroupWrites;
  readonly #follow: FollowNodes;
  readonly #lists = createPostgresListCompiler();
  readonly #countListeners: ((changes: readonly CountChange[]) => void)[] = [];
  readonly #commitListeners: (() => void)[] = [];
  readonly #foreignListeners: (() => void)[] = [];
  #trouble: string | undefined = 'the database has not answered yet';
  #hasForeignChanges = false;
  #isClosed = false;

  constructor(settings: PostgresSettings, now: () => Date, keepsTrying: boolean) {
    this.#now = now;
    this.#database = new Database(settings);
    this.#mark = new NodeMark(settings.directUrl !== null);
    this.#writes = new GroupWrites({
      database: this.#database,
      mark: this.#mark,
      afterCommit: (notes) => this.#take(notes),
    });
    this.#follow = new FollowNodes({
      database: this.#database,
      mark: this.#mark,
      directUrl: settings.directUrl === undefined ? settings.url : settings.directUrl,
      takeOver: () => this.#takeOver(),
      onTrouble: (reason) => (this.#trouble = reason),
    });
    this.audit = new AuditTable(this.#database, this.#writes);
    this.osquery = new OsqueryTables(this.#database, this.#writes, this.#mirror);
    this.groups = new GroupTables(this.#database, this.#writes, this.#mirror);
    this.sessions = new SessionTable(this.#writes, this.#mirror);
    this.publications = new PublicationTable(this.#database, this.#writes);
    this.views = new ViewTable({
      database: this.#database,
      writes: this.#writes,
      mirror: this.#mirror,
      lists: this.#lists,
      devices: (sql, values) => this.#devices(sql, values.map(bound)),
    });
    this.sharedCatalogue = new SharedCatalogue(this.#database, this.#mark.id);
    this.opened = this.#open(keepsTrying);
    // Whoever waits for it hears of it; a server says it at /readyz.
    this.opened.catch(() => undefined);
  }

  findTrouble(): string | undefined {
    return this.#trouble;
  }

  listTenants(): readonly TenantRow[] {
    return this.#mirror.directory.tenants;
  }

  createTenant({ id, name, createdAt }: TenantRow, line?: AuditLine): Promise<void> {
    return this.#change(async (on) => {
      const rows = await on.rows(
        'INSERT INTO tenant (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING RETURNING id',
        [id, storable(name), createdAt],
      );
      if (rows.length === 0) throw new TenantExistsError(name);
      await writeLine(on, line);
    });
  }

  beginTenantDeletion(tenantId: string, since: string, line: AuditLine): Promise<void> {
    return this.#change(async (on) => {
      // All of them, so that of two nodes that each delete one of the last two tenants only one does.
      const tenants = await on.rows(
        'SELECT id, name FROM tenant WHERE deleting_since IS NULL ORDER BY id FOR NO KEY UPDATE',
      );
      const tenant = tenants.find(({ id }) => id === tenantId);
      if (tenant === undefined) return;
      if (tenants.length === 1) throw new LastTenantError(String(tenant['name']));
      await on.rows('UPDATE tenant SET deleting_since = $1 WHERE id = $2', [since, tenantId]);
      await writeLine(on, line);
    });
  }

  listTenantsInDeletion(): readonly Tenant[] {
    return this.#mirror.directory.tenantsInDeletion;
  }

  deleteTenantRows(tenantId: string, most: number): Promise<number> {
    return this.#writes.add((on) => deleteSomeRows(on, tenantId, most));
  }

  async endTenantDeletion(tenantId: string): Promise<void> {
    await this.#writes.add((on) => deleteRest(on, tenantId));
    this.#mirror.forgetTenant(tenantId);
  }

  async dropUnusedPatchStates(after: string, many: number): Promise<string | undefined> {
    const { last, dropped } = await this.#writes.add((on) => dropUnusedStates(on, after, many));
    this.#mirror.forgetStates(dropped);
    return last;
  }

  async saveReport(report: DeviceReport): Promise<SavedReport> {
    const [saved] = await this.#writes.addReports([report]);
    if (saved === undefined) throw new Error('expected an answer of the report, but there is none');
    return saved;
  }

  async saveReports(reports: readonly DeviceReport[]): Promise<readonly PromiseSettledResult<SavedReport>[]> {
    if (reports.length === 0) return [];
    try {
      return (await this.#writes.addReports(reports)).map((value) => ({ status: 'fulfilled', value }));
    } catch (error) {
      if (error instanceof StoreClosedError || error instanceof StoreUnreachableError) throw error;
      if (reports.length === 1) return [{ status: 'rejected', reason: error }];
      // One of them cannot be kept; apart, it costs only itself.
      return Promise.allSettled(reports.map((report) => this.saveReport(report)));
    }
  }

  queuedWrites(): number {
    return this.#writes.queued;
  }

  deleteDevice(tenantId: string, deviceId: string, line?: AuditLine): Promise<DeviceRow | undefined> {
    return this.#writes.add(async (on) => {
      const deleted = await deleteDevice(on, tenantId, deviceId);
      if (deleted !== undefined) await writeLine(on, line);
      return deleted;
    });
  }

  async findDevice(tenantId: string, deviceId: string): Promise<DeviceRow | undefined> {
    const [device] = await this.#devices(`SELECT ${deviceColumns} FROM device WHERE tenant_id = $1 AND id = $2`, [
      tenantId,
      deviceId,
    ]);
    return device;
  }

  findDevicesByName({ tenantId, groups }: DeviceScope, name: string): Promise<readonly DeviceRow[]> {
    return this.#devices(
      `SELECT ${deviceColumns} FROM device
       WHERE tenant_id = $1 AND name_key = $2 AND ($3::text[] IS NULL OR device_group = ANY($3)) ORDER BY id LIMIT 2`,
      [tenantId, indexKey(name), groups === null ? null : [...groups]],
    );
  }

  async listDevices(scope: DeviceScope, query: DeviceQuery): Promise<DevicePage> {
    const page = compileDevicePage(scope, query, this.#lists);
    const counting = query.count === true ? compileDeviceCount(scope, query, this.#lists) : undefined;
    const devices = await this.#devices(page.sql, page.parameters.map(bound));
    const [counted] =
      counting === undefined ? [] : await this.#database.read(counting.sql, counting.parameters.map(bound));
    return {
      devices: devices.slice(0, query.top),
      count: counted === undefined ? undefined : Number(counted['devices']),
      hasMore: devices.length > query.top,
    };
  }

  async openSnapshot(tenantId: string): Promise<DeviceSnapshot> {
    try {
      const transaction = await this.#database.begin('snapshot');
      return await PostgresSnapshot.open(transaction, tenantId, (ids) => this.#mirror.haveStates(this.#database, ids));
    } catch (error) {
      throw toStoreError(error, this.#database.place);
    }
  }

  async pruneChanges(instant: Date): Promise<void> {
    for (const { id } of this.listTenants()) {
      while ((await this.#writes.add((on) => pruneSome(on, id, instant.getTime() * 1000))) > 0) continue;
    }
  }

  async countDevicesReportedBefore({ tenantId, groups }: DeviceScope, instant: string): Promise<number> {
    const [row] = await this.#database.read(
      `SELECT count(*) AS devices FROM device
       WHERE tenant_id = $1 AND reported_at < $2 AND ($3::text[] IS NULL OR device_group = ANY($3))`,
      [tenantId, instant, groups === null ? null : [...groups]],
    );
    return Number(row?.['devices']);
  }

  async listReports(tenantId: string, deviceId: string, except = ''): Promise<readonly KeptReport[]> {
    const rows = await this.#database.read(
      `SELECT source, format, observed_at, received_at, revision, content FROM device_report
       WHERE tenant_id = $1 AND device_id = $2 AND source <> $3 ORDER BY source`,
      [tenantId, deviceId, storable(except)],
    );
    return rows.map((row) => ({
      source: String(row['source']),
      format: String(row['format']),
      observedAt: String(row['observed_at']),
      receivedAt: String(row['received_at']),
      revision: Number(row['revision']),
      content: unpackReport(row['content'] as Uint8Array),
    }));
  }

  async findAlias(tenantId: string, sourceId: string): Promise<DeviceAlias | undefined> {
    const rows = await this.#database.read('SELECT * FROM device_alias WHERE tenant_id = $1 AND source_id = $2', [
      tenantId,
      storable(sourceId),
    ]);
    return rows.map(toAlias)[0];
  }

  async listAliases(tenantId: string, deviceId: string): Promise<readonly DeviceAlias[]> {
    const rows = await this.#database.read(
      'SELECT * FROM device_alias WHERE tenant_id = $1 AND device_id = $2 ORDER BY source_id',
      [tenantId, deviceId],
    );
    return rows.map(toAlias);
  }

  findPatchState(id: string): PatchState | undefined {
    return this.#mirror.findState(id);
  }

  listCounts(): readonly PatchStateCount[] {
    return this.#mirror.counts();
  }

  async recount(): Promise<readonly PatchStateCount[]> {
    const rows = await this.#database.read(
      `SELECT tenant_id, device_group, patch_state_id, count(*) AS devices FROM device
       WHERE tenant_id NOT IN (SELECT id FROM tenant WHERE deleting_since IS NOT NULL)
       GROUP BY tenant_id, device_group, patch_state_id ORDER BY tenant_id, device_group, patch_state_id`,
    );
    return rows.map((row) => ({
      tenantId: String(row['tenant_id']),
      deviceGroup: String(row['device_group']),
      patchStateId: String(row['patch_state_id']),
      devices: Number(row['devices']),
    }));
  }

  listClients(): readonly ClientRow[] {
    return this.#mirror.directory.clients;
  }

  saveClient(
    { tenantId, id, name, secretHash, roles, groups, createdAt, revokedAt }: ClientRow,
    line?: AuditLine,
  ): Promise<void> {
    return this.#change(async (on) => {
      await on.rows(
        `INSERT INTO client (tenant_id, id, name, secret_hash, roles, device_groups, created_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          tenantId,
          id,
          storable(name),
          Buffer.from(secretHash),
          JSON.stringify(roles),
          groups === null ? null : JSON.stringify(groups),
          createdAt,
          revokedAt,
        ],
      );
      await writeLine(on, line);
    });
  }

  revokeClient(
    tenantId: string,
    clientId: string,
    revokedAt: string,
    line?: AuditLine,
  ): Promise<ClientRow | undefined> {
    return this.#change(async (on) => {
      const [row] = await on.rows(
        'UPDATE client SET revoked_at = coalesce(revoked_at, $1) WHERE tenant_id = $2 AND id = $3 RETURNING *',
        [revokedAt, tenantId, clientId],
      );
      if (row === undefined) return undefined;
      await writeLine(on, line);
      return toClient(row);
    });
  }

  listSigningKeys(): readonly StoredSigningKey[] {
    return this.#mirror.directory.signingKeys;
  }

  addSigningKey({ kid, privateKeyPem, publicKeyPem }: SigningKey, createdAt: string): Promise<void> {
    return this.#change(async (on) => {
      await on.rows('LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE');
      await on.rows(
        `INSERT INTO signing_key (kid, private_key_pem, public_key_pem, created_at)
         SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM signing_key)`,
        [kid, privateKeyPem, publicKeyPem, createdAt],
      );
    });
  }

  replaceSigningKey(
    { kid, privateKeyPem, publicKeyPem }: SigningKey,
    { createdAt, replaces }: { readonly createdAt: string; readonly replaces: string },
  ): Promise<void> {
    return this.#change(async (on) => {
      await on.rows('LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE');
      await on.rows(
        `INSERT INTO signing_key (kid, private_key_pem, public_key_pem, created_at)
         SELECT $1, $2, $3, $4 WHERE $5 = (SELECT kid FROM signing_key ORDER BY created_at DESC, kid LIMIT 1)`,
        [kid, privateKeyPem, publicKeyPem, createdAt, replaces],
      );
    });
  }

  deleteSigningKeys(kids: readonly string[]): Promise<void> {
    return this.#change(async (on) => {
      await on.rows('DELETE FROM signing_key WHERE kid = ANY($1::text[])', [[...kids]]);
    });
  }

  onCommit(listener: () => void): void {
    this.#commitListeners.push(listener);
  }

  onCountsChanged(listener: (changes: readonly CountChange[]) => void): void {
    this.#countListeners.push(listener);
  }

  onForeignChanges(listener: () => void): void {
    this.#foreignListeners.push(listener);
  }

  hasForeignChanges(): boolean {
    const has = this.#hasForeignChanges;
    this.#hasForeignChanges = false;
    return has;
  }

  lookForChanges(): Promise<void> {
    return this.#follow.look();
  }

  catchUp(): Promise<void> {
    return this.#follow.catchUp();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#follow.close();
    await this.#writes.close();
    await this.#database.close();
  }

  /** @throws {StoreUnreachableError} {@link StoreTooNewError} {@link StoreUnreadableError} */
  async #open(keepsTrying: boolean): Promise<void> {
    while (!this.#isClosed) {
      try {
        await migrate(this.#database, { id: randomUUID(), createdAt: this.#now().toISOString() });
        await this.#follow.start();
        // Whoever waited knows no other; a server that did not asks what came.
        if (!keepsTrying) this.#hasForeignChanges = false;
        return;
      } catch (error) {
        const known = toStoreError(error, this.#database.place);
        this.#trouble = reasonOf(known);
        if (!keepsTrying || !(known instanceof StoreUnreachableError)) throw known;
      }
      await new Promise((resolve) => setTimeout(resolve, retryEveryMs).unref());
    }
  }

  #change<Result>(work: (on: WriteTransaction) => Promise<Result>): Promise<Result> {
    return this.#writes.add((on) => {
      on.notes.touchesDirectory = true;
      return work(on);
    });
  }

  /** A commit of this process: what is in memory follows before anybody is told. */
  async #take({ counts, states, touchesDirectory }: WriteNotes): Promise<void> {
    this.#mirror.take(counts, states);
    if (touchesDirectory) {
      await this.#mirror.loadDirectory(this.#database).catch(() => this.#follow.distrust());
    }
    for (const listener of this.#commitListeners) listener();
    if (counts.length > 0) for (const listener of this.#countListeners) listener(counts);
  }

  async #takeOver(): Promise<void> {
    await this.#writes.between(() => this.#mirror.load(this.#database));
    this.#hasForeignChanges = true;
    for (const listener of this.#foreignListeners) listener();
  }

  async #devices(sql: string, values: readonly unknown[]): Promise<readonly DeviceRow[]> {
    const devices = (await this.#database.read(sql, values)).map(toDeviceRow);
    await this.#mirror.haveStates(
      this.#database,
      devices.map(({ patchStateId }) => patchStateId),
    );
    return devices;
  }
}

/** A value that a list is compiled with. */
function bound(value: unknown): unknown {
  return typeof value === 'string' ? storable(value) : value;
}

/** One piece; how many rows went. */
async function pruneSome(on: WriteTransaction, tenantId: string, before: number): Promise<number> {
  const [last] = await on.rows(
    `SELECT max(changed_at) AS mark, count(*) AS rows FROM
       (SELECT changed_at FROM device_change WHERE tenant_id = $1 AND changed_at < $2 ORDER BY changed_at LIMIT 2000) AS piece`,
    [tenantId, before],
  );
  if (last === undefined || last['mark'] === null) return 0;
  await on.rows('DELETE FROM device_change WHERE tenant_id = $1 AND changed_at <= $2', [tenantId, last['mark']]);
  await on.rows('UPDATE tenant SET changes_pruned_to = $1 WHERE id = $2', [last['mark'], tenantId]);
  return Number(last['rows']);
}

function toAlias(row: Row): DeviceAlias {
  return {
    sourceId: String(row['source_id']),
    deviceId: String(row['device_id']),
    nameKey: String(row['name_key']),
    formerNameKeys: JSON.parse(String(row['former_name_keys'])) as readonly string[],
    isCloned: row['is_cloned'] === true,
  };
}
