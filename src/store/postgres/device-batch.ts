import { nameKey } from '../name-key.ts';
import { shownAddress } from '../shown-address.ts';
import { basisOf } from '../store.ts';
import { isOlder } from '../report-order.ts';
import type { DeviceReport, KeptReport, SavedReport } from '../store.ts';
import type { Row } from './database.ts';
import { textOf } from './device-record.ts';
import { storable, storableOrNull } from './storable.ts';

/** Keys of an index have to be short: names and tags are found by so many characters. */
const longestKey = 500;

/** A name or a tag as it is looked up. */
export function indexKey(text: string): string {
  return storable(nameKey(text).slice(0, longestKey));
}

type ReportMark = Pick<KeptReport, 'source' | 'revision' | 'observedAt' | 'receivedAt'>;

/** A device row as it was read, as far as a report has to know it. */
export interface HeldDevice {
  readonly version: number;
  readonly deviceGroup: string;
  readonly assignedGroup: string | null;
  readonly name: string | null;
  readonly patchStateId: string;
  readonly keys: ReadonlySet<string>;
}

/** One device with the reports about it that are kept together, and what becomes of it: `held` at first, `now` at last. */
export interface BatchedDevice {
  readonly tenantId: string;
  readonly id: string;
  readonly held: HeldDevice | undefined;
  /** Of the last report that is kept; `undefined` where none is. */
  now: { report: DeviceReport; deviceGroup: string; firstSeenAt: string; keys: ReadonlySet<string> } | undefined;
  /** By source. */
  readonly reports: Map<string, { report: DeviceReport; revision: number }>;
  readonly marks: Map<string, ReportMark>;
  /** By the id of the reporting system. */
  readonly aliases: Map<string, NonNullable<DeviceReport['alias']>>;
}

export function batchedDevice(
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
  row?: Row,
): BatchedDevice {
  const marks = (row?.['marks'] ?? []) as readonly (readonly [string, number, string, string])[];
  return {
    tenantId,
    id,
    held: row === undefined ? undefined : heldDevice(row),
    now: undefined,
    reports: new Map(),
    aliases: new Map(),
    marks: new Map(
      marks.map(([source, revision, observedAt, receivedAt]) => [source, { source, revision, observedAt, receivedAt }]),
    ),
  };
}

/** Adds a report behind those that are in it; what it answers holds once all of it is kept. */
export function addReport(device: BatchedDevice, report: DeviceReport): SavedReport {
  const { source, basis, observedAt, alias } = report;
  const { reportedAt, patchStateId, deviceGroup } = report.device;
  const { held, now, marks } = device;
  if (held !== undefined || now !== undefined) {
    if (isOlder(report, marks.get(source))) return { changed: false, isOutdated: false, isOlder: true };
    if (basisOf([...marks.values()].filter((mark) => mark.source !== source)) !== basis)
      return { changed: false, isOutdated: true, isOlder: false };
  }
  const before = now?.report.device.patchStateId ?? held?.patchStateId;
  const revision = (marks.get(source)?.revision ?? 0) + 1;
  marks.set(source, { source, revision, observedAt, receivedAt: reportedAt });
  device.reports.set(source, { report, revision });
  device.now = {
    report,
    deviceGroup: held?.assignedGroup ?? deviceGroup,
    firstSeenAt: now?.firstSeenAt ?? reportedAt,
    keys: keysOf(report.device),
  };
  if (alias !== undefined) device.aliases.set(alias.sourceId, alias);
  return { changed: before !== patchStateId, isOutdated: false, isOlder: false };
}

/** The row as PostgreSQL is given it, by the names of its columns. */
export function rowOf({ tenantId, id, held, now }: BatchedDevice): Readonly<Record<string, unknown>> {
  if (now === undefined) throw new Error(`expected a report of device ${id} that is kept, but there is none`);
  const { device } = now.report;
  const shown = shownAddress(device.ipAddresses);
  return {
    tenant_id: tenantId,
    id,
    version: held?.version ?? 0,
    device_group: storable(now.deviceGroup),
    name: storableOrNull(device.name),
    name_key: device.name === null ? null : indexKey(device.name),
    os_name: storableOrNull(device.osName),
    os_build: storableOrNull(device.osBuild),
    os_platform: storableOrNull(device.osPlatform),
    display_version: storableOrNull(device.displayVersion),
    architecture: storableOrNull(device.architecture),
    installation_type: storableOrNull(device.installationType),
    tags: device.tags.map(storable),
    ip_addresses: device.ipAddresses.map(storable),
    folded_tags: device.tags.map((tag) => storable(nameKey(tag))),
    folded_addresses: device.ipAddresses.map((address) => storable(nameKey(address))),
    shown_address: shown === null ? null : storable(nameKey(shown)),
    first_seen_at: now.firstSeenAt,
    reported_at: device.reportedAt,
    patch_state_id: device.patchStateId,
  };
}

/** Under what a device is found in `device_key`. */
function keysOf({ tags, ipAddresses }: Pick<DeviceReport['device'], 'tags' | 'ipAddresses'>): ReadonlySet<string> {
  return new Set([...tags.map((tag) => `t${indexKey(tag)}`), ...ipAddresses.map((address) => `i${indexKey(address)}`)]);
}

function heldDevice(row: Row): HeldDevice {
  return {
    version: Number(row['version']),
    deviceGroup: String(row['device_group']),
    assignedGroup: textOf(row['assigned_group']),
    name: textOf(row['name']),
    patchStateId: String(row['patch_state_id']),
    keys: keysOf({
      tags: row['tags'] as readonly string[],
      ipAddresses: row['ip_addresses'] as readonly string[],
    }),
  };
}
