import type { Assessment } from '../assessment/assessment.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { mergeInventories } from '../inventory/merge-inventories.ts';
import { derivePatchState, patchStateId } from '../inventory/patch-state.ts';
import { basisOf } from '../store/store.ts';
import type { DeviceReport, Tenant } from '../store/store.ts';
import { formatWindowsBuild } from '../terms/windows-build.ts';
import type { IncomingReport, ReportOutcome } from './application.ts';
import type { OperationContext } from './context.ts';
import { displayVersionOf } from './display-version.ts';
import { observationOf, observationsOf } from './device-observations.ts';
import { identifyDevice } from './identify-device.ts';
import { DeviceBusyError } from './operation-error.ts';
import { osPlatformOf } from './os-platform.ts';

/** Two sources of one device that report at once: the later one starts again, seldom more than once. */
const mostAttempts = 20;

/**
 * Judges a device by this report and the last ones of its other sources, and keeps it; resolves once it is on disk. Of one
 * source the last report received stands, whenever it was observed.
 * @throws {MissingDeviceIdentityError} {@link TermFormatError} for a device id that is not 40 hex digits.
 */
export async function applyReport(
  context: OperationContext,
  tenant: Tenant,
  report: IncomingReport,
): Promise<ReportOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const { kept, assessment } = judgeReport(context, tenant, report);
    const { changed, isOutdated } = await context.store.saveReport(kept);
    if (isOutdated && attempt < mostAttempts) continue;
    if (isOutdated) throw new DeviceBusyError(kept.device.id);
    const { coverage, install, missing } = assessment;
    return { deviceId: kept.device.id, coverage, install, missing: missing.length, changed };
  }
}

interface JudgedReport {
  readonly kept: DeviceReport;
  readonly assessment: Assessment;
}

function judgeReport(
  { store, exposures, log }: OperationContext,
  tenant: Tenant,
  { inventory, raw, format, source = format, receivedAt }: IncomingReport,
): JudgedReport {
  const { id, name, alias } = identifyDevice(store, tenant, inventory.device);
  const others = store.listReports(tenant.id, id, source);
  const own = observationOf(source, inventory, receivedAt.toISOString());
  const merged = mergeInventories([own, ...observationsOf(others, log)]);
  const patchState = derivePatchState(merged.inventory, merged.earlierKbs);
  const stateId = patchStateId(patchState);
  const assessment = exposures.verdicts.getFor(stateId, patchState);
  const kept: DeviceReport = {
    device: {
      tenantId: tenant.id,
      id,
      name: name ?? merged.inventory.device.name ?? store.findDevice(tenant.id, id)?.name ?? null,
      ...osAttributes(merged.inventory, assessment),
      tags: merged.inventory.device.tags,
      ipAddresses: merged.inventory.device.ipAddresses,
      reportedAt: receivedAt.toISOString(),
      patchStateId: stateId,
    },
    patchState,
    raw,
    format,
    source,
    observedAt: own.at ?? receivedAt.toISOString(),
    basis: basisOf(others),
    ...(alias === undefined ? {} : { alias }),
  };
  return { kept, assessment };
}

type OsAttributes = Pick<
  DeviceReport['device'],
  'osName' | 'osBuild' | 'osPlatform' | 'displayVersion' | 'architecture' | 'installationType'
>;

/** Lists show and filter what the device said; where it was matched to a product, the product's name decides. */
function osAttributes({ os }: Inventory, { os: matched }: Assessment): OsAttributes {
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
