import type { DeviceRow } from '../store/store.ts';
import { auditLine } from './audit.ts';
import type { Actor } from './audit.ts';
import type { OperationContext } from './context.ts';
import { getDevice } from './get-device.ts';
import { DeviceNotFoundError } from './operation-error.ts';
import type { Scope } from './scope.ts';

/** The row that was removed, with its report and its share of the counts. @throws {DeviceNotFoundError} */
export async function deleteDevice(
  context: OperationContext,
  scope: Scope,
  { idOrName, by }: { readonly idOrName: string; readonly by: Actor },
): Promise<DeviceRow> {
  const { store } = context;
  const { tenant } = scope;
  const { id, name } = await getDevice(store, scope, idOrName);
  const line = auditLine(context, { tenant, by, action: 'device.deleted', subject: id, detail: { name } });
  const deleted = await store.deleteDevice(tenant.id, id, line);
  if (deleted === undefined) throw new DeviceNotFoundError(idOrName, false);
  return deleted;
}
