import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { nameKey } from '../name-key.ts';
import { basisOf } from '../store.ts';
import { isOlder } from '../report-order.ts';
import type { CountChange, DeviceReport, DeviceRow, DeviceScope, SavedReport } from '../store.ts';
import { AliasTable } from './alias-table.ts';
import { toDeviceRow, type DeviceRecord } from './device-record.ts';
import { ReportTable } from './report-table.ts';

/**
 * The hot path: device rows, their reports and the counts over them. The writing methods belong inside a transaction;
 * each adds to `changes` what it did to the counts.
 */
export class DeviceTable {
  readonly #find: StatementSync;
  readonly #findByName: StatementSync;
  readonly #findByNameWithin: StatementSync;
  readonly reports: ReportTable;
  readonly aliases: AliasTable;
  readonly #countReportedBefore: StatementSync;
  readonly #countReportedBeforeWithin: StatementSync;
  readonly #addPatchState: StatementSync;
  readonly #addDevice: StatementSync;
  readonly #addArrival: StatementSync;
  readonly #addKey: StatementSync;
  readonly #updateDevice: StatementSync;
  readonly #rename: StatementSync;
  readonly #moveDevice: StatementSync;
  readonly #deleteDevice: StatementSync;
  readonly #increment: StatementSync;
  readonly #decrement: StatementSync;
  readonly #dropEmptyCount: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT * FROM device WHERE tenant_id = ? AND id = ?');
    this.#findByName = database.prepare(
      'SELECT * FROM device WHERE tenant_id = ? AND name_key = ? ORDER BY id LIMIT 2',
    );
    this.#findByNameWithin = database.prepare(
      `SELECT * FROM device WHERE tenant_id = ? AND name_key = ? AND device_group IN (SELECT value FROM json_each(?))
       ORDER BY id LIMIT 2`,
    );
    this.reports = new ReportTable(database);
    this.aliases = new AliasTable(database);
    this.#countReportedBefore = database.prepare(
      'SELECT count(*) AS devices FROM device WHERE tenant_id = ? AND reported_at < ?',
    );
    this.#countReportedBeforeWithin = database.prepare(
      `SELECT count(*) AS devices FROM device
       WHERE tenant_id = ? AND reported_at < ? AND device_group IN (SELECT value FROM json_each(?))`,
    );
    this.#addPatchState = database.prepare(
      'INSERT INTO patch_state (id, content) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    this.#addDevice = database.prepare(
      `INSERT INTO device (tenant_id, id, device_group, name, name_key, os_name, os_build, os_platform, display_version, architecture,
         installation_type, tags, ip_addresses, first_seen_at, reported_at, patch_state_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    // Microseconds, and above what is there, as the triggers on `device` do it.
    this.#addArrival = database.prepare(
      `INSERT INTO device_change (tenant_id, changed_at, device_id) VALUES (?1, max(CAST(unixepoch('subsec') * 1000000 AS INTEGER),
         1 + coalesce((SELECT max(changed_at) FROM device_change WHERE tenant_id = ?1), 0)), ?2)`,
    );
    this.#addKey = database.prepare('INSERT INTO device_key (tenant_id, key, device_number) VALUES (?, ?, ?)');
    const attributes = `os_name = ?, os_build = ?, os_platform = ?, display_version = ?, architecture = ?,
      installation_type = ?, tags = ?, ip_addresses = ?, reported_at = ?, patch_state_id = ?`;
    this.#updateDevice = database.prepare(`UPDATE device SET ${attributes} WHERE number = ?`);
    this.#rename = database.prepare('UPDATE device SET name = ?, name_key = ? WHERE number = ?');
    // Apart, so that a report of a device that stays in its group does not touch the index over groups.
    this.#moveDevice = database.prepare('UPDATE device SET device_group = ? WHERE tenant_id = ? AND id = ?');
    this.#deleteDevice = database.prepare('DELETE FROM device WHERE tenant_id = ? AND id = ?');
    this.#increment = database.prepare(
      `INSERT INTO patch_state_count (tenant_id, device_group, patch_state_id, devices) VALUES (?, ?, ?, 1)
       ON CONFLICT (tenant_id, device_group, patch_state_id) DO UPDATE SET devices = devices + 1`,
    );
    this.#decrement = database.prepare(
      `UPDATE patch_state_count SET devices = devices - 1
       WHERE tenant_id = ? AND device_group = ? AND patch_state_id = ?`,
    );
    this.#dropEmptyCount = database.prepare(
      `DELETE FROM patch_state_count WHERE tenant_id = ? AND device_group = ? AND patch_state_id = ? AND devices = 0`,
    );
  }

  save(report: DeviceReport, changes: CountChange[]): SavedReport {
    const { device, patchState, source, basis, alias } = report;
    const { tenantId, id, patchStateId } = device;
    const before = this.#findRecord(tenantId, id);
    if (before !== undefined) {
      const marks = this.reports.listMarks(tenantId, before.number);
      if (
        isOlder(
          report,
          marks.find((mark) => mark.source === source),
        )
      )
        return { changed: false, isOutdated: false, isOlder: true };
      if (basisOf(marks.filter((mark) => mark.source !== source)) !== basis)
        return { changed: false, isOutdated: true, isOlder: false };
    }
    const changed = before?.patch_state_id !== patchStateId;
    const group = before?.assigned_group ?? device.deviceGroup;
    const moved = before !== undefined && before.device_group !== group;
    if (changed) this.#addPatchState.run(patchStateId, patchState);
    this.reports.save(report, before === undefined ? this.#add(device) : this.#update(before, device));
    if (moved) this.#moveDevice.run(group, tenantId, id);
    if (alias !== undefined) this.aliases.save(tenantId, alias);
    if (changed || moved) {
      if (before !== undefined) this.#countDown(before, changes);
      this.#countUp({ tenantId, deviceGroup: group, patchStateId }, changes);
    }
    return { changed, isOutdated: false, isOlder: false };
  }

  /** Into another device group, `''` for none; nothing where it is in that one, or there is no such device. */
  move(
    tenantId: string,
    id: string,
    { group, changes }: { readonly group: string; readonly changes: CountChange[] },
  ): void {
    const record = this.#findRecord(tenantId, id);
    if (record === undefined || record.device_group === group) return;
    this.#moveDevice.run(group, tenantId, id);
    this.#countDown(record, changes);
    this.#countUp({ tenantId, deviceGroup: group, patchStateId: record.patch_state_id }, changes);
  }

  /** As `save` for each, with the answers in their order. */
  saveAll(reports: readonly DeviceReport[], changes: CountChange[]): readonly SavedReport[] {
    const saved: SavedReport[] = [];
    for (const at of writingOrder(reports)) {
      const report = reports[at];
      if (report !== undefined) saved[at] = this.save(report, changes);
    }
    return saved;
  }

  delete(tenantId: string, id: string, changes: CountChange[]): DeviceRow | undefined {
    const record = this.#findRecord(tenantId, id);
    if (record === undefined) return undefined;
    this.#deleteDevice.run(tenantId, id);
    this.#countDown(record, changes);
    return toDeviceRow(record);
  }

  find(tenantId: string, id: string): DeviceRow | undefined {
    const record = this.#findRecord(tenantId, id);
    return record === undefined ? undefined : toDeviceRow(record);
  }

  findByName({ tenantId, groups }: DeviceScope, name: string): readonly DeviceRow[] {
    const records =
      groups === null
        ? this.#findByName.all(tenantId, nameKey(name))
        : this.#findByNameWithin.all(tenantId, nameKey(name), JSON.stringify([...groups]));
    return (records as unknown as readonly DeviceRecord[]).map(toDeviceRow);
  }

  countReportedBefore({ tenantId, groups }: DeviceScope, instant: string): number {
    const row =
      groups === null
        ? this.#countReportedBefore.get(tenantId, instant)
        : this.#countReportedBeforeWithin.get(tenantId, instant, JSON.stringify([...groups]));
    return Number(row?.['devices']);
  }

  #findRecord(tenantId: string, id: string): DeviceRecord | undefined {
    return this.#find.get(tenantId, id) as DeviceRecord | undefined;
  }

  /** The number of the new device. */
  #add(device: DeviceReport['device']): number {
    const { tenantId, id, deviceGroup, name, reportedAt } = device;
    const key = name === null ? null : nameKey(name);
    const row = [tenantId, id, deviceGroup, name, key, ...describe(device), reportedAt, ...standing(device)];
    const number = Number(this.#addDevice.run(...row).lastInsertRowid);
    this.#addArrival.run(tenantId, id);
    for (const each of keysOf(device)) this.#addKey.run(tenantId, each, number);
    return number;
  }

  /** A column that is set is written to its indexes again, changed or not: the name is only where it has changed. */
  #update({ number, name: nameBefore }: DeviceRecord, device: DeviceReport['device']): number {
    const { name } = device;
    this.#updateDevice.run(...describe(device), ...standing(device), number);
    if (name !== nameBefore) this.#rename.run(name, name === null ? null : nameKey(name), number);
    return number;
  }

  #countUp(count: Omit<CountChange, 'devices'>, changes: CountChange[]): void {
    this.#increment.run(count.tenantId, count.deviceGroup, count.patchStateId);
    changes.push({ ...count, devices: 1 });
  }

  #countDown(record: DeviceRecord, changes: CountChange[]): void {
    const { tenant_id: tenantId, device_group: group, patch_state_id: patchStateId } = record;
    this.#decrement.run(tenantId, group, patchStateId);
    this.#dropEmptyCount.run(tenantId, group, patchStateId);
    changes.push({ tenantId, deviceGroup: group, patchStateId, devices: -1 });
  }
}

/**
 * Neighbours in the key of ids come after one another, and a page is touched once for all of them; reports of one device keep their
 * order. Two devices may have one alias: with aliases all stays as it is.
 */
function writingOrder(reports: readonly DeviceReport[]): readonly number[] {
  const order = Array.from(reports.keys());
  if (reports.some(({ alias }) => alias !== undefined)) return order;
  const idAt = (at: number): string => reports[at]?.device.id ?? '';
  return order.sort((a, b) => (idAt(a) < idAt(b) ? -1 : idAt(a) > idAt(b) ? 1 : a - b));
}

/** By what a device is found in `device_key`; triggers see to it once it is there. */
function keysOf({ tags, ipAddresses }: DeviceReport['device']): ReadonlySet<string> {
  return new Set([...tags.map((tag) => `t${nameKey(tag)}`), ...ipAddresses.map((address) => `i${nameKey(address)}`)]);
}

/** Columns `os_name` to `ip_addresses`. */
function describe(device: DeviceReport['device']): readonly (string | null)[] {
  const { osName, osBuild, osPlatform, displayVersion, architecture, installationType, tags, ipAddresses } = device;
  const lists = [JSON.stringify(tags), JSON.stringify(ipAddresses)];
  return [osName, osBuild, osPlatform, displayVersion, architecture, installationType, ...lists];
}

/** Columns `reported_at` and `patch_state_id`. */
function standing({ reportedAt, patchStateId }: DeviceReport['device']): readonly [string, string] {
  return [reportedAt, patchStateId];
}
