import type { DeviceRow, Store } from '../store/store.ts';
import { getDevice } from './get-device.ts';
import { DeviceNotFoundError } from './operation-error.ts';
import type { Scope } from './scope.ts';

/** The row that was removed, with its report and its share of the counts. @throws {DeviceNotFoundError} */
export async function deleteDevice(store: Store, scope: Scope, idOrName: string): Promise<DeviceRow> {
  const { id } = getDevice(store, scope, idOrName);
  const deleted = await store.deleteDevice(scope.tenant.id, id);
  if (deleted === undefined) throw new DeviceNotFoundError(idOrName, false);
  return deleted;
}
