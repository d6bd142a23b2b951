import type { DeviceScope, Tenant } from '../store/store.ts';

/**
 * The devices that somebody may see: those of a tenant, or of some of its device groups. Every operation that reads devices or
 * counts them takes one, so that none can forget it.
 */
export interface Scope {
  readonly tenant: Tenant;
  /** Names of device groups, `''` for devices in none; `null`: every device of the tenant. */
  readonly groups: ReadonlySet<string> | null;
}

/** Every device of the tenant: for whoever may read the data folder, and for clients bound to no group. */
export function wholeTenant(tenant: Tenant): Scope {
  return { tenant, groups: null };
}

/** Whether devices of the group are seen. */
export function sees({ groups }: Scope, deviceGroup: string): boolean {
  return groups === null || groups.has(deviceGroup);
}

const keys = new WeakMap<ReadonlySet<string>, string>();

/** Equal for scopes over the same devices: what a cached answer for a scope is kept by, the tenant leading. */
export function scopeKey({ tenant, groups }: Scope): string {
  return groups === null ? tenant.id : `${tenant.id} ${groupsKey(groups)}`;
}

/** `["","Berlin"]`: equal for equal sets. */
export function groupsKey(groups: ReadonlySet<string>): string {
  let key = keys.get(groups);
  if (key === undefined) {
    key = JSON.stringify([...groups].sort());
    keys.set(groups, key);
  }
  return key;
}

/** As the store takes it. */
export function deviceScope({ tenant, groups }: Scope): DeviceScope {
  return { tenantId: tenant.id, groups };
}
