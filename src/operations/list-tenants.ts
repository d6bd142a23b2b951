import type { Store } from '../store/store.ts';
import type { TenantSummary } from './application.ts';

/** By name, with how many devices each has. */
export function listTenants(store: Store): readonly TenantSummary[] {
  const devicesOf = new Map<string, number>();
  for (const { tenantId, devices } of store.listCounts())
    devicesOf.set(tenantId, (devicesOf.get(tenantId) ?? 0) + devices);
  return store
    .listTenants()
    .map(({ id, name, createdAt }) => ({ tenantId: id, name, createdAt, devices: devicesOf.get(id) ?? 0 }));
}
