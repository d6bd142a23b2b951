import type { Assessment } from '../assessment/assessment.ts';
import { deviceIdFor } from '../inventory/device-id.ts';
import type { DeviceIdentity, Inventory } from '../inventory/inventory.ts';
import { derivePatchState, patchStateId } from '../inventory/patch-state.ts';
import type { DeviceReport, Tenant } from '../store/store.ts';
import { TermFormatError } from '../terms/term-format-error.ts';
import { formatWindowsBuild } from '../terms/windows-build.ts';
import type { IncomingReport, ReportOutcome } from './application.ts';
import type { OperationContext } from './context.ts';
import { displayVersionOf } from './display-version.ts';
import { MissingDeviceIdentityError } from './operation-error.ts';
import { osPlatformOf } from './os-platform.ts';

/**
 * Judges one observation and keeps it; resolves once it is on disk. The last report received stands, whenever it was
 * observed.
 * @throws {MissingDeviceIdentityError} {@link TermFormatError} for a device id that is not 40 hex digits.
 */
export async function applyReport(
  { store, exposures }: OperationContext,
  tenant: Tenant,
  { inventory, raw, format, receivedAt }: IncomingReport,
): Promise<ReportOutcome> {
  const name = nameOf(inventory.device);
  const deviceId = identify(tenant, inventory.device, name);
  const patchState = derivePatchState(inventory);
  const stateId = patchStateId(patchState);
  const assessment = exposures.verdicts.getFor(stateId, patchState);
  const device: DeviceReport['device'] = {
    tenantId: tenant.id,
    id: deviceId,
    name,
    ...osAttributes(inventory, assessment),
    tags: inventory.device.tags,
    ipAddresses: inventory.device.ipAddresses,
    reportedAt: receivedAt.toISOString(),
    patchStateId: stateId,
  };
  const { changed } = await store.saveReport({ device, patchState, raw, format });
  const { coverage, install, missing } = assessment;
  return { deviceId, coverage, install, missing: missing.length, changed };
}

function nameOf({ name }: DeviceIdentity): string | null {
  const text = name?.trim() ?? '';
  return text === '' ? null : text;
}

function identify(tenant: Tenant, { id }: DeviceIdentity, name: string | null): string {
  if (id !== undefined && id !== '') {
    const lower = id.toLowerCase();
    if (!/^[0-9a-f]{40}$/.test(lower)) throw new TermFormatError('a device id of 40 hexadecimal digits', id);
    return lower;
  }
  if (name === null) throw new MissingDeviceIdentityError();
  return deviceIdFor(tenant.id, name);
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
