import { compileCountByState, compileDevicesInStates } from '../device-list-query.ts';
import type { ListCompiler } from '../device-list-query.ts';
import type { FilterTree } from '../filter.ts';
import type { DevicePage, DeviceRow, DeviceScope } from '../store.ts';
import { toExposureDay } from '../view-store.ts';
import type { ExposureDay, FormerDevice, StateOrderQuery, ViewStore } from '../view-store.ts';
import type { Database } from './database.ts';
import type { GroupWrites } from './group-writes.ts';
import type { Mirror } from './mirror.ts';
import { storable } from './storable.ts';

/** Changes of a tenant that are looked through for those of one device. */
const mostChanges = 200_000;

const figures = [
  'devices',
  'assessed',
  'partly_assessed',
  'not_assessed',
  'nothing_missing',
  'missing',
  'open_cves',
  'exploited_cves',
] as const;

const sums = figures.map((name) => `sum(${name})::bigint AS ${name}`).join(', ');

export class ViewTable implements ViewStore {
  readonly #database: Database;
  readonly #writes: GroupWrites;
  readonly #mirror: Mirror;
  readonly #lists: ListCompiler;
  /** Reads devices, and the patch states that they stand in. */
  readonly #devices: (sql: string, values: readonly unknown[]) => Promise<readonly DeviceRow[]>;

  constructor({
    database,
    writes,
    mirror,
    lists,
    devices,
  }: {
    readonly database: Database;
    readonly writes: GroupWrites;
    readonly mirror: Mirror;
    readonly lists: ListCompiler;
    readonly devices: (sql: string, values: readonly unknown[]) => Promise<readonly DeviceRow[]>;
  }) {
    this.#database = database;
    this.#writes = writes;
    this.#mirror = mirror;
    this.#lists = lists;
    this.#devices = devices;
  }

  async listInStates(scope: DeviceScope, query: StateOrderQuery): Promise<DevicePage> {
    const { sql, parameters } = compileDevicesInStates(scope, query, this.#lists);
    const found = await this.#devices(sql, parameters);
    return { devices: found.slice(0, query.top), count: undefined, hasMore: found.length > query.top };
  }

  async countByState(scope: DeviceScope, filter: FilterTree): Promise<ReadonlyMap<string, number>> {
    const { sql, parameters } = compileCountByState(scope, filter, this.#lists);
    const rows = await this.#database.read(sql, parameters);
    return new Map(rows.map((row) => [String(row['state']), Number(row['devices'])]));
  }

  async listSources(tenantId: string, deviceIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.#database.read(
      `SELECT device_id, source FROM device_report WHERE tenant_id = $1 AND device_id = ANY($2::text[])
       ORDER BY device_id, source`,
      [tenantId, deviceIds.map(storable)],
    );
    const byDevice = Map.groupBy(rows, (row) => String(row['device_id']));
    return new Map([...byDevice].map(([id, reports]) => [id, reports.map((row) => String(row['source']))]));
  }

  async earliestSeen(
    { tenantId, groups }: DeviceScope,
    states: Iterable<string>,
  ): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#database.read(
      `SELECT wanted.state, first.at FROM unnest($2::text[]) WITH ORDINALITY AS wanted (state, place),
         LATERAL (SELECT first_seen_at AS at FROM device
           WHERE tenant_id = $1 AND patch_state_id = wanted.state AND ($3::text[] IS NULL OR device_group = ANY($3))
           ORDER BY first_seen_at LIMIT 1) AS first
       ORDER BY wanted.place`,
      [tenantId, [...states], groups === null ? null : [...groups]],
    );
    return new Map(rows.map((row) => [String(row['state']), String(row['at'])]));
  }

  async listFormer(tenantId: string, deviceId: string): Promise<readonly FormerDevice[]> {
    const rows = await this.#database.read(
      `SELECT changed_at, patch_state_id FROM
         (SELECT changed_at, device_id, patch_state_id FROM device_change
          WHERE tenant_id = $1 ORDER BY changed_at DESC LIMIT ${mostChanges}) AS newest
       WHERE device_id = $2 ORDER BY changed_at DESC`,
      [tenantId, deviceId],
    );
    const former = rows.map((row) => ({
      until: new Date(Math.floor(Number(row['changed_at']) / 1000)).toISOString(),
      patchStateId: typeof row['patch_state_id'] === 'string' ? row['patch_state_id'] : null,
    }));
    await this.#mirror.haveStates(
      this.#database,
      former.flatMap(({ patchStateId }) => patchStateId ?? []),
    );
    return former;
  }

  saveDays(tenantId: string, days: readonly (ExposureDay & { readonly deviceGroup: string })[]): Promise<void> {
    return this.#writes.add(async (on) => {
      // A group that has no devices any more has no row of its own.
      const kept = [...new Set(days.map(({ day }) => day))];
      await on.rows('DELETE FROM exposure_day WHERE tenant_id = $1 AND day = ANY($2::text[])', [tenantId, kept]);
      const columns = days.map((each) => [
        each.devices,
        each.assessed,
        each.partlyAssessed,
        each.notAssessed,
        each.nothingMissing,
        each.missing,
        each.openCves,
        each.exploitedCves,
      ]);
      await on.rows(
        `INSERT INTO exposure_day (tenant_id, day, device_group, ${figures.join(', ')})
         SELECT $1, * FROM unnest($2::text[], $3::text[], ${figures.map((_, n) => `$${n + 4}::bigint[]`).join(', ')})`,
        [
          tenantId,
          days.map(({ day }) => day),
          days.map(({ deviceGroup }) => storable(deviceGroup)),
          ...figures.map((_, n) => columns.map((column) => column[n])),
        ],
      );
    });
  }

  async listDays({ tenantId, groups }: DeviceScope, since: string): Promise<readonly ExposureDay[]> {
    const rows = await this.#database.read(
      `SELECT day, ${sums} FROM exposure_day
       WHERE tenant_id = $1 AND day >= $2 AND ($3::text[] IS NULL OR device_group = ANY($3)) GROUP BY day ORDER BY day`,
      [tenantId, since, groups === null ? null : [...groups]],
    );
    return rows.map(toExposureDay);
  }
}
