import type { DeviceRow, Store } from '../store/store.ts';
import { DeviceNotFoundError } from './operation-error.ts';
import { deviceScope, sees } from './scope.ts';
import type { Scope } from './scope.ts';

const idPattern = /^[0-9a-f]{40}$/;

/** By id, or by name where one device of the scope alone bears it, in any case. @throws {DeviceNotFoundError} */
export async function getDevice(store: Store, scope: Scope, idOrName: string): Promise<DeviceRow> {
  const text = idOrName.trim();
  const id = text.toLowerCase();
  const byId = idPattern.test(id) ? await store.findDevice(scope.tenant.id, id) : undefined;
  if (byId !== undefined && sees(scope, byId.deviceGroup)) return byId;
  const [device, another] = text === '' ? [] : await store.findDevicesByName(deviceScope(scope), text);
  if (device === undefined || another !== undefined) throw new DeviceNotFoundError(idOrName, another !== undefined);
  return device;
}
