import type { AssessedOs } from '../assessment/assessment.ts';
import type { DeviceIdentity, Inventory, ReportedOs } from '../inventory/inventory.ts';
import { mergeInventories } from '../inventory/merge-inventories.ts';
import { clockSkewMs, observedAtOf } from '../inventory/observation.ts';
import type { Observation } from '../inventory/observation.ts';
import { derivePatchState, patchStateContent } from '../inventory/patch-state.ts';
import type { PatchState, PatchStateContent } from '../inventory/patch-state.ts';
import { packReport } from '../store/report-bytes.ts';
import { basisOf } from '../store/store.ts';
import type { DeviceReport, Store, Tenant } from '../store/store.ts';
import { formatWindowsBuild } from '../terms/windows-build.ts';
import type { IncomingReport, ReportOutcome } from './application.ts';
import type { OperationContext } from './context.ts';
import { displayVersionOf } from './display-version.ts';
import { observationsOf } from './device-observations.ts';
import { identifyDevice, textOf } from './identify-device.ts';
import { DeviceBusyError, OverloadedError, TenantNotFoundError } from './operation-error.ts';
import { osPlatformOf } from './os-platform.ts';

/** Two sources of one device that report at once: the later one starts again, seldom more than once. */
const mostAttempts = 20;

/** Reports that may wait for the disk: some seconds' worth, and some ten megabytes. */
const mostWaiting = 20_000;

/**
 * Judges a device by this report and the last ones of its other sources, and keeps it; resolves once it is on disk. Of one
 * source the report that saw the device last stands; what does not say when it did was seen when it came.
 * @throws {MissingDeviceIdentityError} {@link TermFormatError} for a device id that is not 40 hex digits. {@link OverloadedError}
 */
export function applyReport(
  context: OperationContext,
  tenant: Tenant,
  { inventory, raw, format, source = format, receivedAt }: IncomingReport,
): Promise<ReportOutcome> {
  const { store } = context;
  const waiting = Math.max(store.queuedWrites(), underWay.get(store) ?? 0);
  if (waiting >= mostWaiting) return Promise.reject(new OverloadedError(waiting));
  underWay.set(store, (underWay.get(store) ?? 0) + 1);
  const kept = keepReport(context, tenant, {
    device: inventory.device,
    observedAt: inventory.observedAt,
    os: inventory.os,
    state: () => patchStateContent(derivePatchState(inventory)),
    inventory: () => inventory,
    packed: packReport(raw),
    format,
    source,
    receivedAt,
  });
  return kept.finally(() => underWay.set(store, (underWay.get(store) ?? 1) - 1));
}

/** Reports that were taken and not answered yet: they ask the store about their device before they are queued to be written. */
const underWay = new WeakMap<Store, number>();

/** A report with what its device is told by; what is seldom needed is made when it is. */
export interface ReadyReport {
  readonly device: DeviceIdentity;
  readonly observedAt: string | undefined;
  readonly os: ReportedOs;
  /** Of this report alone. */
  readonly state: () => PatchStateContent;
  readonly inventory: () => Inventory;
  readonly packed: Uint8Array;
  readonly format: string;
  readonly source: string;
  readonly receivedAt: Date;
}

/** As `applyReport`, for a report that was read and packed before. @throws {TenantNotFoundError} where it was deleted meanwhile. */
export async function keepReport(
  context: OperationContext,
  tenant: Tenant,
  report: ReadyReport,
): Promise<ReportOutcome> {
  if (context.directory.findTenant(tenant.id) === undefined) throw new TenantNotFoundError(tenant.id);
  for (let attempt = 1; ; attempt += 1) {
    const { verdicts } = context.exposures;
    const kept = await readyToSave(context, tenant, report, (id, state) => verdicts.outlineFor(id, state).os);
    const { coverage, install, missing } = verdicts.outlineFor(
      kept.device.patchStateId,
      () => JSON.parse(kept.patchState) as PatchState,
    );
    const { changed, isOutdated, isOlder } = await context.store.saveReport(kept);
    if (isOlder) return unchangedOutcome(context, kept.device);
    if (isOutdated && attempt < mostAttempts) continue;
    if (isOutdated) throw new DeviceBusyError(kept.device.id);
    return { deviceId: kept.device.id, coverage, install, missing, changed };
  }
}

/** The device stays as a later report of the same source showed it. */
async function unchangedOutcome(
  { store, exposures }: OperationContext,
  device: DeviceReport['device'],
): Promise<ReportOutcome> {
  const patchStateId = (await store.findDevice(device.tenantId, device.id))?.patchStateId ?? device.patchStateId;
  const { coverage, install, missing } = exposures.verdicts.outlineFor(patchStateId, () =>
    exposures.verdicts.getPatchState(patchStateId),
  );
  return { deviceId: device.id, coverage, install, missing, changed: false };
}

/** Says which published Windows a state is, by the state's id and content. */
type OsOfState = (patchStateId: string, state: () => PatchState) => AssessedOs;

/** Which device a report is about, beside what its other sources said, as the store takes it. @throws as `applyReport`. */
export async function readyToSave(
  context: OperationContext,
  tenant: Tenant,
  report: ReadyReport,
  osOf: OsOfState,
): Promise<DeviceReport> {
  const { store } = context;
  const receivedAt = report.receivedAt.toISOString();
  const { id, name, alias } = await identifyDevice(store, tenant, {
    ...report.device,
    stateId: () => report.state().id,
  });
  const others = await store.listReports(tenant.id, id, report.source);
  const { device, os, state } =
    others.length === 0
      ? report
      : joined(
          report,
          observationsOf(others, context.log).map((other) => arrivedBefore(other, report)),
        );
  const { id: stateId, content } = state();
  const matched = osOf(stateId, () => JSON.parse(content) as PatchState);
  const attributes = {
    id,
    name: name ?? textOf(device.name) ?? (await store.findDevice(tenant.id, id))?.name ?? null,
    ...osAttributes(os, matched),
    tags: device.tags,
    ipAddresses: device.ipAddresses,
  };
  return {
    device: {
      tenantId: tenant.id,
      ...attributes,
      deviceGroup: context.directory.groupsOf(tenant.id).groupOf(attributes),
      reportedAt: receivedAt,
      patchStateId: stateId,
    },
    patchState: content,
    packed: report.packed,
    format: report.format,
    source: report.source,
    observedAt: observedAtOf(report, receivedAt),
    basis: basisOf(others),
    ...(alias === undefined ? {} : { alias }),
  };
}

/** The report beside what the device's other sources said last. */
function joined(report: ReadyReport, others: readonly Observation[]): Pick<ReadyReport, 'device' | 'os' | 'state'> {
  const own = {
    source: report.source,
    inventory: report.inventory(),
    at: observedAtOf(report, report.receivedAt.toISOString()),
  };
  const { inventory, earlierKbs } = mergeInventories([own, ...others]);
  return {
    device: inventory.device,
    os: inventory.os,
    state: () => patchStateContent(derivePatchState(inventory, earlierKbs)),
  };
}

/** What by the clock was seen after this report came was taken in before the clock was set back: it came before all the same. */
function arrivedBefore(other: Observation, { receivedAt }: Pick<ReadyReport, 'receivedAt'>): Observation {
  const latest = receivedAt.getTime() - 1;
  return other.at === undefined || Date.parse(other.at) <= latest + clockSkewMs
    ? other
    : { ...other, at: new Date(latest).toISOString() };
}

type OsAttributes = Pick<
  DeviceReport['device'],
  'osName' | 'osBuild' | 'osPlatform' | 'displayVersion' | 'architecture' | 'installationType'
>;

/** Lists show and filter what the device said; where it was matched to a product, the product's name decides. */
function osAttributes(os: ReportedOs, matched: AssessedOs): OsAttributes {
  const knownName = matched.productName ?? os.name;
  return {
    osName: os.name ?? matched.productName,
    osBuild: matched.build ?? (os.build === undefined ? null : formatWindowsBuild(os.build)),
    osPlatform: knownName === undefined ? null : osPlatformOf(knownName),
    displayVersion: os.displayVersion ?? (matched.productName === null ? null : displayVersionOf(matched.productName)),
    architecture: os.architecture ?? matched.architecture,
    installationType: os.installationType ?? null,
  };
}
