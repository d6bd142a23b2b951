import type { CountChange, DeviceReport, DeviceRow, SavedReport } from '../store.ts';
import { addReport, batchedDevice, rowOf } from './device-batch.ts';
import type { BatchedDevice } from './device-batch.ts';
import { deviceColumns, textOf, toDeviceRow } from './device-record.ts';
import { storable } from './storable.ts';
import type { WriteTransaction } from './write-transaction.ts';

const readHeld = `
  SELECT d.tenant_id, d.id, d.version, d.device_group, d.assigned_group, d.name, d.tags, d.ip_addresses, d.patch_state_id,
    (SELECT json_agg(json_build_array(r.source, r.revision, r.observed_at, r.received_at))
     FROM device_report r WHERE r.tenant_id = d.tenant_id AND r.device_id = d.id) AS marks
  FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, id)
  JOIN device d ON d.tenant_id = wanted.tenant_id AND d.id = wanted.id`;

/** Columns of a device that a report sets, with the types in which they come as JSON. */
const reported = {
  device_group: 'text',
  name: 'text',
  name_key: 'text',
  os_name: 'text',
  os_build: 'text',
  os_platform: 'text',
  display_version: 'text',
  architecture: 'text',
  installation_type: 'text',
  tags: 'text[]',
  ip_addresses: 'text[]',
  folded_tags: 'text[]',
  folded_addresses: 'text[]',
  shown_address: 'text',
  reported_at: 'text',
  patch_state_id: 'text',
} as const;
const columns = Object.keys(reported);
const rowsOfJson = `json_to_recordset($1::json) AS given (tenant_id text, id text, version bigint, first_seen_at text,
  ${Object.entries(reported)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')})`;

/** Compare and set: only where nobody wrote the row since it was read. */
const updateDevices = `
  UPDATE device SET version = device.version + 1, ${columns.map((name) => `${name} = given.${name}`).join(', ')}
  FROM ${rowsOfJson}
  WHERE device.tenant_id = given.tenant_id AND device.id = given.id AND device.version = given.version
  RETURNING device.tenant_id, device.id`;

const insertDevices = `
  INSERT INTO device (tenant_id, id, first_seen_at, ${columns.join(', ')})
  SELECT tenant_id, id, first_seen_at, ${columns.join(', ')} FROM ${rowsOfJson} ORDER BY tenant_id, id
  ON CONFLICT DO NOTHING RETURNING tenant_id, id`;

const saveStates = `
  INSERT INTO patch_state (id, content) SELECT * FROM unnest($1::text[], $2::text[]) ORDER BY 1 ON CONFLICT DO NOTHING`;

const saveReportRows = `
  INSERT INTO device_report (tenant_id, device_id, source, format, observed_at, received_at, revision, content)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::bytea[])
  ON CONFLICT (tenant_id, device_id, source) DO UPDATE SET
    format = excluded.format, observed_at = excluded.observed_at, received_at = excluded.received_at,
    revision = excluded.revision, content = excluded.content`;

const saveAliases = `
  INSERT INTO device_alias (tenant_id, source_id, device_id, name_key, former_name_keys, is_cloned)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[])
  ON CONFLICT (tenant_id, source_id) DO UPDATE SET
    device_id = excluded.device_id, name_key = excluded.name_key, former_name_keys = excluded.former_name_keys,
    is_cloned = excluded.is_cloned`;

const dropKeys = `
  DELETE FROM device_key USING unnest($1::text[], $2::text[], $3::text[]) AS gone (tenant_id, key, device_id)
  WHERE device_key.tenant_id = gone.tenant_id AND device_key.key = gone.key AND device_key.device_id = gone.device_id`;

const addKeys = `
  INSERT INTO device_key (tenant_id, key, device_id) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
  ON CONFLICT DO NOTHING`;

/** Another node wrote the same devices meanwhile; as often in a row it does not. */
const mostAttempts = 50;

/**
 * Keeps reports in their order, of as many devices as there are, in a handful of statements: read, reckon, and write where nobody wrote
 * since. Devices that another node was quicker with are read again.
 */
export async function saveReports(
  on: WriteTransaction,
  reports: readonly DeviceReport[],
): Promise<readonly SavedReport[]> {
  const answers: SavedReport[] = [];
  let open = Array.from(reports.keys());
  for (let attempt = 1; open.length > 0; attempt += 1) {
    if (attempt > mostAttempts) throw new Error('expected to write devices, but other nodes always did before');
    const devices = await readDevices(
      on,
      open.map((at) => reports[at]?.device ?? nobody),
    );
    for (const at of open) {
      const report = reports[at];
      const device = report === undefined ? undefined : devices.get(keyOf(report.device));
      if (report !== undefined && device !== undefined) answers[at] = addReport(device, report);
    }
    const lost = await write(
      on,
      [...devices.values()].filter(({ now }) => now !== undefined),
    );
    open = open.filter((at) => lost.has(keyOf(reports[at]?.device ?? nobody)));
  }
  return answers;
}

const nobody = { tenantId: '', id: '' };

function keyOf({ tenantId, id }: { readonly tenantId: string; readonly id: string }): string {
  return `${tenantId} ${id}`;
}

/** In the order of their keys, so that two nodes wait for one another in turn and not in a circle. */
async function readDevices(
  on: WriteTransaction,
  reported: readonly { readonly tenantId: string; readonly id: string }[],
): Promise<ReadonlyMap<string, BatchedDevice>> {
  const wanted = new Map(reported.map((device) => [keyOf(device), device]));
  const sorted = [...wanted.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = await on.rows(readHeld, [sorted.map(([, { tenantId }]) => tenantId), sorted.map(([, { id }]) => id)]);
  const held = new Map(rows.map((row) => [`${String(row['tenant_id'])} ${String(row['id'])}`, row]));
  return new Map(sorted.map(([key, device]) => [key, batchedDevice(device, held.get(key))]));
}

/** Keys of the devices that another node wrote meanwhile: of them nothing was kept. */
async function write(on: WriteTransaction, devices: readonly BatchedDevice[]): Promise<ReadonlySet<string>> {
  if (devices.length === 0) return new Set();
  await writeStates(on, devices);
  const kept = new Set([
    ...(await writeRows(
      on,
      updateDevices,
      devices.filter(({ held }) => held !== undefined),
    )),
    ...(await writeRows(
      on,
      insertDevices,
      devices.filter(({ held }) => held === undefined),
    )),
  ]);
  const written = devices.filter((device) => kept.has(keyOf(device)));
  await writeReports(on, written);
  await writeAliases(on, written);
  await writeKeys(on, written);
  for (const device of written) note(on, device);
  return new Set(devices.map(keyOf).filter((key) => !kept.has(key)));
}

async function writeRows(
  on: WriteTransaction,
  statement: string,
  devices: readonly BatchedDevice[],
): Promise<readonly string[]> {
  if (devices.length === 0) return [];
  const rows = await on.rows(statement, [JSON.stringify(devices.map(rowOf))]);
  return rows.map((row) => `${String(row['tenant_id'])} ${String(row['id'])}`);
}

async function writeStates(on: WriteTransaction, devices: readonly BatchedDevice[]): Promise<void> {
  const states = new Map(
    devices.flatMap(({ held, now }) => {
      const report = now?.report;
      return report === undefined || report.device.patchStateId === held?.patchStateId
        ? []
        : [[report.device.patchStateId, report.patchState] as const];
    }),
  );
  if (states.size === 0) return;
  await on.rows(saveStates, [[...states.keys()], [...states.values()]]);
  for (const [id, content] of states) on.notes.states.set(id, content);
}

async function writeReports(on: WriteTransaction, devices: readonly BatchedDevice[]): Promise<void> {
  const rows = devices.flatMap(({ reports }) => [...reports.values()]);
  if (rows.length === 0) return;
  await on.rows(saveReportRows, [
    rows.map(({ report }) => report.device.tenantId),
    rows.map(({ report }) => report.device.id),
    rows.map(({ report }) => storable(report.source)),
    rows.map(({ report }) => report.format),
    rows.map(({ report }) => report.observedAt),
    rows.map(({ report }) => report.device.reportedAt),
    rows.map(({ revision }) => revision),
    rows.map(({ report }) => Buffer.from(report.packed)),
  ]);
}

async function writeAliases(on: WriteTransaction, devices: readonly BatchedDevice[]): Promise<void> {
  const rows = new Map(
    devices.flatMap(({ tenantId, aliases }) =>
      [...aliases.values()].map((alias) => [`${tenantId} ${alias.sourceId}`, { tenantId, ...alias }] as const),
    ),
  );
  if (rows.size === 0) return;
  const list = [...rows.values()];
  await on.rows(saveAliases, [
    list.map(({ tenantId }) => tenantId),
    list.map(({ sourceId }) => storable(sourceId)),
    list.map(({ deviceId }) => deviceId),
    list.map(({ nameKey }) => storable(nameKey)),
    list.map(({ formerNameKeys }) => JSON.stringify(formerNameKeys)),
    list.map(({ isCloned }) => isCloned),
  ]);
}

async function writeKeys(on: WriteTransaction, devices: readonly BatchedDevice[]): Promise<void> {
  const none: ReadonlySet<string> = new Set();
  const pairs = (of: (device: BatchedDevice) => ReadonlySet<string>): unknown[] => {
    const rows = devices.flatMap((device) => Array.from(of(device), (key) => ({ device, key })));
    return [rows.map(({ device }) => device.tenantId), rows.map(({ key }) => key), rows.map(({ device }) => device.id)];
  };
  const changed = devices.filter(({ held, now }) => held?.keys.symmetricDifference(now?.keys ?? none).size !== 0);
  if (changed.length === 0) return;
  const gone = pairs(({ held, now }) => held?.keys.difference(now?.keys ?? none) ?? none);
  const come = pairs(({ held, now }) => now?.keys.difference(held?.keys ?? none) ?? none);
  if ((gone[1] as unknown[]).length > 0) await on.rows(dropKeys, gone);
  if ((come[1] as unknown[]).length > 0) await on.rows(addKeys, come);
}

/** What the commit has to count and to tell. */
function note({ notes }: WriteTransaction, { tenantId, id, held, now }: BatchedDevice): void {
  if (now === undefined) return;
  const { patchStateId, name } = now.report.device;
  const { deviceGroup } = now;
  const isMoved = held === undefined || held.patchStateId !== patchStateId || held.deviceGroup !== deviceGroup;
  if (isMoved) {
    if (held !== undefined) notes.counts.push(counted(tenantId, held, -1));
    notes.counts.push(counted(tenantId, { deviceGroup, patchStateId }, 1));
  }
  if (isMoved || held.name !== name) notes.devices.push({ tenantId, id, before: held ?? null });
}

function counted(
  tenantId: string,
  { deviceGroup, patchStateId }: Pick<CountChange, 'deviceGroup' | 'patchStateId'>,
  devices: 1 | -1,
): CountChange {
  return { tenantId, deviceGroup, patchStateId, devices };
}

/** The row that was removed, with all that is kept of the device. */
export async function deleteDevice(on: WriteTransaction, tenantId: string, id: string): Promise<DeviceRow | undefined> {
  const [row] = await on.rows(`DELETE FROM device WHERE tenant_id = $1 AND id = $2 RETURNING ${deviceColumns}`, [
    tenantId,
    id,
  ]);
  if (row === undefined) return undefined;
  const device = toDeviceRow(row);
  for (const table of ['device_report', 'device_alias'])
    await on.rows(`DELETE FROM ${table} WHERE tenant_id = $1 AND device_id = $2`, [tenantId, id]);
  const { keys } = batchedDevice(device, { ...row, version: 0, assigned_group: null }).held ?? {
    keys: new Set<string>(),
  };
  if (keys.size > 0) {
    const all = [...keys];
    await on.rows(dropKeys, [all.map(() => tenantId), all, all.map(() => id)]);
  }
  on.notes.counts.push(counted(tenantId, device, -1));
  on.notes.devices.push({ tenantId, id, before: device });
  return device;
}

/** Where devices stand, read for writing: nobody else moves them until the commit. */
export async function moveDevices(
  on: WriteTransaction,
  tenantId: string,
  moves: readonly { readonly id: string; readonly group: string }[],
): Promise<void> {
  if (moves.length === 0) return;
  const rows = await on.rows(
    `UPDATE device SET device_group = given.new_group, version = device.version + 1
     FROM (SELECT d.id, d.device_group, given.new_group
       FROM unnest($2::text[], $3::text[]) AS given (id, new_group)
       JOIN device d ON d.tenant_id = $1 AND d.id = given.id WHERE d.device_group <> given.new_group) AS given
     WHERE device.tenant_id = $1 AND device.id = given.id
     RETURNING device.id, device.name, device.patch_state_id, device.device_group AS new_group, given.device_group`,
    [tenantId, moves.map(({ id }) => id), moves.map(({ group }) => storable(group))],
  );
  for (const row of rows) {
    const [patchStateId, deviceGroup] = [String(row['patch_state_id']), String(row['device_group'])];
    const name = textOf(row['name']);
    on.notes.counts.push(counted(tenantId, { patchStateId, deviceGroup }, -1));
    on.notes.counts.push(counted(tenantId, { patchStateId, deviceGroup: String(row['new_group']) }, 1));
    on.notes.devices.push({ tenantId, id: String(row['id']), before: { patchStateId, deviceGroup, name } });
  }
}
