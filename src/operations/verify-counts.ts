import type { PatchStateCount } from '../store/store.ts';
import type { OperationContext } from './context.ts';

/** A patch state whose devices are counted differently in three places that must agree. */
export interface CountMismatch {
  readonly tenantId: string;
  /** `''` for devices in none. */
  readonly deviceGroup: string;
  readonly patchStateId: string;
  /** By the device rows: the truth. */
  readonly recounted: number;
  /** By the kept counts. */
  readonly stored: number;
  /** By the exposure in memory. */
  readonly inMemory: number;
}

/** Recounts every device; none is the answer of a sound store. */
export async function verifyCounts({ store, exposures }: OperationContext): Promise<readonly CountMismatch[]> {
  await exposures.follow();
  const mismatches = new Map<string, { -readonly [Key in keyof CountMismatch]: CountMismatch[Key] }>();
  const note = (
    { tenantId, deviceGroup, patchStateId, devices }: PatchStateCount,
    where: 'recounted' | 'stored' | 'inMemory',
  ): void => {
    const key = `${tenantId} ${patchStateId} ${deviceGroup}`;
    const entry = mismatches.get(key) ?? { tenantId, deviceGroup, patchStateId, recounted: 0, stored: 0, inMemory: 0 };
    entry[where] += devices;
    mismatches.set(key, entry);
  };
  for (const count of await store.recount()) note(count, 'recounted');
  for (const count of store.listCounts()) note(count, 'stored');
  for (const { id: tenantId } of store.listTenants()) {
    for (const [deviceGroup, exposure] of exposures.byGroup(tenantId)) {
      for (const [patchStateId, { devices }] of exposure.states())
        note({ tenantId, deviceGroup, patchStateId, devices }, 'inMemory');
    }
  }
  return [...mismatches.values()].filter(
    ({ recounted, stored, inMemory }) => recounted !== stored || recounted !== inMemory,
  );
}
