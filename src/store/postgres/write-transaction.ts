import type { CountChange } from '../store.ts';
import type { Connection } from './database.ts';

/** A device before a change; `null`: it was not there. */
interface ChangedDevice {
  readonly tenantId: string;
  readonly id: string;
  readonly before: { readonly patchStateId: string; readonly deviceGroup: string; readonly name: string | null } | null;
}

/** What the statements of a transaction did that is written, or told, when it commits. */
export interface WriteNotes {
  readonly counts: CountChange[];
  readonly devices: ChangedDevice[];
  /** Contents of patch states that were kept, by id. */
  readonly states: Map<string, string>;
  /** Tenants, clients, groups, secrets or keys changed. */
  touchesDirectory: boolean;
}

/** A transaction of the one writer of this process. */
export interface WriteTransaction extends Connection {
  readonly notes: WriteNotes;
}

export function newNotes(): WriteNotes {
  return { counts: [], devices: [], states: new Map(), touchesDirectory: false };
}

/** What is written once for all writes of a transaction, behind them and right before its commit. */
export async function writeNotes(on: Connection, { counts, devices }: WriteNotes): Promise<void> {
  await writeChanges(on, devices);
  await writeCounts(on, counts);
}

/**
 * The tenant's row is locked from here to the commit: marks become visible in their order, so that no list is continued past one, and
 * no two nodes change a tenant's counts at once, each in another order. Microseconds since 1970, and always above what is there.
 */
async function writeChanges(on: Connection, devices: readonly ChangedDevice[]): Promise<void> {
  const byTenant = [...Map.groupBy(devices, ({ tenantId }) => tenantId)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [tenantId, changed] of byTenant) {
    const [row] = await on.rows(
      `UPDATE tenant SET last_change = greatest(last_change + $2, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
       WHERE id = $1 RETURNING last_change, deleting_since`,
      [tenantId, changed.length],
    );
    // Of a tenant that is being deleted nobody asks any more.
    if (row === undefined || row['deleting_since'] !== null) continue;
    await on.rows(
      `INSERT INTO device_change (tenant_id, changed_at, device_id, patch_state_id, device_group, name)
       SELECT $1, $2::bigint + given.n, given.id, given.state, given.of_group, given.name
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS given (id, state, of_group, name, n)`,
      [
        tenantId,
        String(Number(row['last_change']) - changed.length),
        changed.map(({ id }) => id),
        changed.map(({ before }) => before?.patchStateId ?? null),
        changed.map(({ before }) => before?.deviceGroup ?? null),
        changed.map(({ before }) => before?.name ?? null),
      ],
    );
  }
}

async function writeCounts(on: Connection, changes: readonly CountChange[]): Promise<void> {
  const sums = new Map<string, Omit<CountChange, 'devices'> & { devices: number }>();
  for (const change of changes) {
    const key = `${change.tenantId} ${change.patchStateId} ${change.deviceGroup}`;
    sums.set(key, { ...change, devices: (sums.get(key)?.devices ?? 0) + change.devices });
  }
  const more = [...sums.values()].filter(({ devices }) => devices > 0);
  const less = [...sums.values()].filter(({ devices }) => devices < 0);
  if (more.length > 0) {
    await on.rows(
      `INSERT INTO patch_state_count AS held (tenant_id, device_group, patch_state_id, devices)
       SELECT * FROM ${given} ORDER BY 1, 2, 3
       ON CONFLICT (tenant_id, device_group, patch_state_id) DO UPDATE SET devices = held.devices + excluded.devices`,
      arraysOf(more),
    );
  }
  if (less.length === 0) return;
  await on.rows(
    `UPDATE patch_state_count AS held SET devices = held.devices + given.devices FROM ${given} WHERE ${isGiven}`,
    arraysOf(less),
  );
  await on.rows(
    `DELETE FROM patch_state_count AS held USING ${given} WHERE ${isGiven} AND held.devices = 0`,
    arraysOf(less),
  );
}

const given = `unnest($1::text[], $2::text[], $3::text[], $4::int[]) AS given (tenant_id, device_group, patch_state_id, devices)`;
const isGiven = `held.tenant_id = given.tenant_id AND held.device_group = given.device_group
  AND held.patch_state_id = given.patch_state_id`;

function arraysOf(
  counts: readonly (Omit<CountChange, 'devices'> & { readonly devices: number })[],
): readonly unknown[] {
  return [
    counts.map(({ tenantId }) => tenantId),
    counts.map(({ deviceGroup }) => deviceGroup),
    counts.map(({ patchStateId }) => patchStateId),
    counts.map(({ devices }) => devices),
  ];
}
