import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { compileCountByState, compileDevicesOfState } from '../device-list-query.ts';
import type { ListCompiler } from '../device-list-query.ts';
import type { FilterTree } from '../filter.ts';
import type { DevicePage, DeviceScope } from '../store.ts';
import { toExposureDay } from '../view-store.ts';
import type { ExposureDay, FormerDevice, StateOrderQuery, ViewStore } from '../view-store.ts';
import { toDeviceRow } from './device-record.ts';
import type { DeviceRecord } from './device-record.ts';
import type { GroupCommit } from './group-commit.ts';

/** Changes of a tenant that are looked through for those of one device. */
const mostChanges = 200_000;

const sums = `sum(devices) AS devices, sum(assessed) AS assessed, sum(partly_assessed) AS partly_assessed,
  sum(not_assessed) AS not_assessed, sum(nothing_missing) AS nothing_missing, sum(missing) AS missing,
  sum(open_cves) AS open_cves, sum(exploited_cves) AS exploited_cves`;

export class ViewTables implements ViewStore {
  readonly #database: DatabaseSync;
  readonly #writes: GroupCommit;
  readonly #lists: ListCompiler;
  readonly #sources: StatementSync;
  readonly #earliest: StatementSync;
  readonly #earliestWithin: StatementSync;
  readonly #former: StatementSync;
  readonly #dropDay: StatementSync;
  readonly #saveDay: StatementSync;
  readonly #days: StatementSync;
  readonly #daysWithin: StatementSync;

  constructor(database: DatabaseSync, writes: GroupCommit, lists: ListCompiler) {
    this.#database = database;
    this.#writes = writes;
    this.#lists = lists;
    this.#sources = database.prepare(
      `SELECT device.id, report.source FROM json_each(?2) AS wanted
       CROSS JOIN device ON device.tenant_id = ?1 AND device.id = wanted.value
       CROSS JOIN device_report AS report ON report.tenant_id = ?1 AND report.device_number = device.number
       ORDER BY device.id, report.source`,
    );
    const earliest = 'SELECT first_seen_at AS at FROM device WHERE tenant_id = ? AND patch_state_id = ?';
    this.#earliest = database.prepare(`${earliest} ORDER BY first_seen_at LIMIT 1`);
    this.#earliestWithin = database.prepare(
      `${earliest} AND device_group IN (SELECT value FROM json_each(?)) ORDER BY first_seen_at LIMIT 1`,
    );
    this.#former = database.prepare(
      `SELECT changed_at, patch_state_id FROM
         (SELECT changed_at, device_id, patch_state_id FROM device_change
          WHERE tenant_id = ? ORDER BY changed_at DESC LIMIT ${mostChanges})
       WHERE device_id = ? ORDER BY changed_at DESC`,
    );
    this.#dropDay = database.prepare('DELETE FROM exposure_day WHERE tenant_id = ? AND day = ?');
    this.#saveDay = database.prepare(
      `INSERT INTO exposure_day (tenant_id, day, device_group, devices, assessed, partly_assessed, not_assessed,
         nothing_missing, missing, open_cves, exploited_cves) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const days = `SELECT day, ${sums} FROM exposure_day WHERE tenant_id = ? AND day >= ?`;
    this.#days = database.prepare(`${days} GROUP BY day ORDER BY day`);
    this.#daysWithin = database.prepare(
      `${days} AND device_group IN (SELECT value FROM json_each(?)) GROUP BY day ORDER BY day`,
    );
  }

  listInStates(scope: DeviceScope, { states, filter, top, skip }: StateOrderQuery): DevicePage {
    const { sql, parameters } = compileDevicesOfState(scope, filter, this.#lists);
    const statement = this.#database.prepare(sql);
    const count = this.#database.prepare(`SELECT count(*) AS devices FROM (${sql})`);
    const bound = parameters.slice(0, -3) as readonly SQLInputValue[];
    const found: DeviceRecord[] = [];
    let passing = skip;
    for (const state of states) {
      if (found.length > top) break;
      const records = statement.all(...bound, state, top + 1 - found.length, passing) as unknown as DeviceRecord[];
      found.push(...records);
      // Only a state that is passed over whole has to be counted.
      if (records.length > 0) passing = 0;
      else if (passing > 0) passing -= Number(count.get(...bound, state, passing, 0)?.['devices']);
    }
    return {
      devices: found.slice(0, top).map(toDeviceRow),
      count: undefined,
      hasMore: found.length > top,
    };
  }

  countByState(scope: DeviceScope, filter: FilterTree): ReadonlyMap<string, number> {
    const { sql, parameters } = compileCountByState(scope, filter, this.#lists);
    const rows = this.#database.prepare(sql).all(...(parameters as readonly SQLInputValue[]));
    return new Map(rows.map((row) => [String(row['state']), Number(row['devices'])]));
  }

  listSources(tenantId: string, deviceIds: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    for (const row of this.#sources.all(tenantId, JSON.stringify(deviceIds))) {
      const id = String(row['id']);
      const sources = found.get(id);
      if (sources === undefined) found.set(id, [String(row['source'])]);
      else sources.push(String(row['source']));
    }
    return found;
  }

  earliestSeen({ tenantId, groups }: DeviceScope, states: Iterable<string>): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const within = groups === null ? undefined : JSON.stringify([...groups]);
    for (const state of states) {
      const row =
        within === undefined ? this.#earliest.get(tenantId, state) : this.#earliestWithin.get(tenantId, state, within);
      if (row !== undefined) found.set(state, String(row['at']));
    }
    return found;
  }

  listFormer(tenantId: string, deviceId: string): readonly FormerDevice[] {
    return this.#former.all(tenantId, deviceId).map((row) => ({
      until: new Date(Math.floor(Number(row['changed_at']) / 1000)).toISOString(),
      patchStateId: typeof row['patch_state_id'] === 'string' ? row['patch_state_id'] : null,
    }));
  }

  saveDays(tenantId: string, days: readonly (ExposureDay & { readonly deviceGroup: string })[]): Promise<void> {
    return this.#writes.add(() => {
      // A group that has no devices any more has no row of its own.
      for (const day of new Set(days.map((each) => each.day))) this.#dropDay.run(tenantId, day);
      for (const each of days)
        this.#saveDay.run(
          tenantId,
          each.day,
          each.deviceGroup,
          each.devices,
          each.assessed,
          each.partlyAssessed,
          each.notAssessed,
          each.nothingMissing,
          each.missing,
          each.openCves,
          each.exploitedCves,
        );
    });
  }

  listDays({ tenantId, groups }: DeviceScope, since: string): readonly ExposureDay[] {
    const rows =
      groups === null
        ? this.#days.all(tenantId, since)
        : this.#daysWithin.all(tenantId, since, JSON.stringify([...groups]));
    return rows.map(toExposureDay);
  }
}
