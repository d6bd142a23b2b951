import type { DeviceRow, Store, Tenant } from '../store/store.ts';
import { DeviceNotFoundError } from './operation-error.ts';

const idPattern = /^[0-9a-f]{40}$/;

/** By id, or by name where one device alone bears it, in any case. @throws {DeviceNotFoundError} */
export function getDevice(store: Store, tenant: Tenant, idOrName: string): DeviceRow {
  const text = idOrName.trim();
  const id = text.toLowerCase();
  const byId = idPattern.test(id) ? store.findDevice(tenant.id, id) : undefined;
  if (byId !== undefined) return byId;
  const [device, another] = text === '' ? [] : store.findDevicesByName(tenant.id, text);
  if (device === undefined || another !== undefined) throw new DeviceNotFoundError(idOrName, another !== undefined);
  return device;
}
