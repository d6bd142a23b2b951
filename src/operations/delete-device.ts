import type { DeviceRow, Store, Tenant } from '../store/store.ts';
import { getDevice } from './get-device.ts';
import { DeviceNotFoundError } from './operation-error.ts';

/** The row that was removed, with its report and its share of the counts. @throws {DeviceNotFoundError} */
export async function deleteDevice(store: Store, tenant: Tenant, idOrName: string): Promise<DeviceRow> {
  const { id } = getDevice(store, tenant, idOrName);
  const deleted = await store.deleteDevice(tenant.id, id);
  if (deleted === undefined) throw new DeviceNotFoundError(idOrName, false);
  return deleted;
}
