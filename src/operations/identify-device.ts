import { deviceIdFor } from '../inventory/device-id.ts';
import type { DeviceIdentity } from '../inventory/inventory.ts';
import { nameKey } from '../store/name-key.ts';
import type { DeviceAlias, DeviceRow, Store, Tenant } from '../store/store.ts';
import { TermFormatError } from '../terms/term-format-error.ts';
import { MissingDeviceIdentityError } from './operation-error.ts';

/** Which device a report is about. */
export interface IdentifiedDevice {
  readonly id: string;
  readonly name: string | null;
  /** To be kept with the report, where the reporting system names the device. */
  readonly alias: DeviceAlias | undefined;
}

/** What tells a renamed host from another one under the same id. */
export interface ReportedDevice extends Pick<DeviceIdentity, 'id' | 'name' | 'sourceId' | 'ipAddresses'> {
  /** Id of the patch state of this report alone. */
  readonly stateId: () => string;
}

/**
 * By its id; else by the reporting system's id, under which a renamed host stays the same device; else by its name. Another
 * name under one id is a rename only where the host is otherwise the same (an address, or where none is known all that decides
 * its verdict) and does not come back under its former name: else two machines were cloned, and names tell them apart.
 * @throws {MissingDeviceIdentityError} {@link TermFormatError} for a device id that is not 40 hex digits.
 */
export async function identifyDevice(
  store: Pick<Store, 'findAlias' | 'findDevice'>,
  tenant: Tenant,
  device: ReportedDevice,
): Promise<IdentifiedDevice> {
  const name = textOf(device.name);
  const sourceId = textOf(device.sourceId);
  const given = givenId(device.id);
  if (given === undefined && name === null && sourceId === null) throw new MissingDeviceIdentityError();
  const ownId = given ?? deviceIdFor(tenant.id, name ?? sourceId ?? '');
  if (sourceId === null) return { id: ownId, name, alias: undefined };
  const known = await store.findAlias(tenant.id, sourceId);
  const key = name === null ? '' : nameKey(name);
  const fresh = { sourceId, deviceId: ownId, nameKey: key, formerNameKeys: [], isCloned: false };
  if (known === undefined) return { id: ownId, name, alias: fresh };
  if (given !== undefined) return { id: given, name, alias: { ...known, deviceId: given, nameKey: key } };
  if (!isUnique(sourceId)) return byServersOwnId(known, { id: ownId, name, key });
  if (name === null || known.nameKey === key)
    return { id: known.isCloned ? ownId : known.deviceId, name, alias: known };
  const isClone =
    known.isCloned ||
    known.formerNameKeys.includes(key) ||
    !isSameHost(await store.findDevice(tenant.id, known.deviceId), device);
  if (isClone) return { id: ownId, name, alias: { ...known, isCloned: true, formerNameKeys: withName(known, key) } };
  // A device that already reports under the new name is not taken over.
  const isTaken = ownId !== known.deviceId && (await store.findDevice(tenant.id, ownId)) !== undefined;
  const formerNameKeys = withName(known, known.nameKey);
  if (isTaken) return { id: ownId, name, alias: { ...fresh, formerNameKeys } };
  return { id: known.deviceId, name, alias: { ...known, nameKey: key, formerNameKeys } };
}

/**
 * An id that is one of a kind on its server only joins what comes in parts: a list without a name to the system that was reported
 * under the same id. It never takes a device over, and means nothing once two names came under it.
 */
function byServersOwnId(
  known: DeviceAlias,
  { id, name, key }: { readonly id: string; readonly name: string | null; readonly key: string },
): IdentifiedDevice {
  if (name === null) return { id: known.isCloned ? id : known.deviceId, name, alias: known };
  if (known.isCloned || known.nameKey === key) return { id, name, alias: known };
  if (known.nameKey === '') return { id: known.deviceId, name, alias: { ...known, nameKey: key } };
  return { id, name, alias: { ...known, isCloned: true, formerNameKeys: withName(known, key) } };
}

function isSameHost(before: DeviceRow | undefined, { ipAddresses, stateId }: ReportedDevice): boolean {
  if (before === undefined) return false;
  if (before.ipAddresses.length > 0 && ipAddresses.length > 0)
    return ipAddresses.some((address) => before.ipAddresses.includes(address));
  return before.patchStateId === stateId();
}

/**
 * Whether an id is one of a kind wherever it comes from: a GUID, a security identifier, a long number. Short ones (agent `005`,
 * resource `16777220`, `localhost:9182`) are given anew by every server, and name no device beyond it.
 */
function isUnique(sourceId: string): boolean {
  const id = sourceId.slice(sourceId.indexOf(':') + 1).replace(/[^0-9a-z]/gi, '');
  return id.length >= 16 && /\d/.test(id);
}

const mostFormerNames = 20;

function withName({ formerNameKeys }: DeviceAlias, name: string): readonly string[] {
  return [...new Set([...formerNameKeys, name])].slice(-mostFormerNames);
}

function givenId(id: string | undefined): string | undefined {
  if (id === undefined || id === '') return undefined;
  const lower = id.toLowerCase();
  if (!/^[0-9a-f]{40}$/.test(lower)) throw new TermFormatError('a device id of 40 hexadecimal digits', id);
  return lower;
}

/** Without the blanks around it; `null` for what is blank. */
export function textOf(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
