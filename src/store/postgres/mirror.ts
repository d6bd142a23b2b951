import type { PatchState } from '../../inventory/patch-state.ts';
import type { GroupRevision, GroupRow } from '../group-store.ts';
import type { EnrollSecretRow } from '../osquery-store.ts';
import type { ClientRow, CountChange, PatchStateCount, StoredSigningKey, Tenant, TenantRow } from '../store.ts';
import type { SessionRow } from '../session-store.ts';
import type { Connection, Database } from './database.ts';
import { toSession } from './session-table.ts';
import { toClient, toGroup, toRevision, toSecret, toSigningKey, toTenant } from './directory-records.ts';

/** Patch states that are read at once. */
const statesAtOnce = 1000;

/** What is small and asked for all the time, as it was last read. */
export interface DirectoryRows {
  readonly tenants: readonly TenantRow[];
  readonly tenantsInDeletion: readonly Tenant[];
  readonly clients: readonly ClientRow[];
  readonly groups: readonly GroupRow[];
  readonly groupRevisions: readonly GroupRevision[];
  readonly enrollSecrets: readonly EnrollSecretRow[];
  readonly signingKeys: readonly StoredSigningKey[];
  readonly sessions: readonly SessionRow[];
}

const nothing: DirectoryRows = {
  tenants: [],
  tenantsInDeletion: [],
  clients: [],
  groups: [],
  groupRevisions: [],
  enrollSecrets: [],
  signingKeys: [],
  sessions: [],
};

/**
 * What of the database is held in memory: all that grows with tenants and patch states, nothing that grows with devices. So tokens are
 * checked and counts answered without asking, also while the database is away. Of every device that was read the patch state is here.
 */
export class Mirror {
  readonly #states = new Map<string, string>();
  #counts = new Map<string, PatchStateCount>();
  #directory: DirectoryRows = nothing;

  get directory(): DirectoryRows {
    return this.#directory;
  }

  /** Sorted by tenant, group and state. */
  counts(): readonly PatchStateCount[] {
    const deleting = new Set(this.#directory.tenantsInDeletion.map(({ id }) => id));
    return [...this.#counts.values()].filter(({ tenantId }) => !deleting.has(tenantId)).sort(byKey);
  }

  findState(id: string): PatchState | undefined {
    const content = this.#states.get(id);
    return content === undefined ? undefined : (JSON.parse(content) as PatchState);
  }

  /** What a commit of this process did. */
  take(changes: readonly CountChange[], states: ReadonlyMap<string, string>): void {
    for (const [id, content] of states) this.#states.set(id, content);
    for (const change of changes) {
      const key = keyOf(change);
      const devices = (this.#counts.get(key)?.devices ?? 0) + change.devices;
      if (devices === 0) this.#counts.delete(key);
      else this.#counts.set(key, { ...change, devices });
    }
  }

  /** All of it anew. Between two writes: what was committed and not yet taken would count twice. */
  async load(database: Database): Promise<void> {
    const { directory, counts } = await database.transaction('snapshot', async (on) => ({
      directory: await readDirectory(on),
      counts: await readCounts(on),
    }));
    await this.haveStates(
      database,
      counts.map(({ patchStateId }) => patchStateId),
    );
    this.#directory = directory;
    this.#counts = new Map(counts.map((count) => [keyOf(count), count]));
  }

  async loadDirectory(database: Database): Promise<void> {
    this.#directory = await database.transaction('snapshot', readDirectory);
  }

  /** Reads the states that are not here yet. */
  async haveStates(database: Database, ids: Iterable<string>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#states.has(id));
    for (let from = 0; from < missing.length; from += statesAtOnce) {
      const rows = await database.read('SELECT id, content FROM patch_state WHERE id = ANY($1::text[])', [
        missing.slice(from, from + statesAtOnce),
      ]);
      for (const row of rows) this.#states.set(String(row['id']), String(row['content']));
    }
  }

  /** Its rows went without being counted down one by one. */
  forgetTenant(id: string): void {
    for (const [key, { tenantId }] of this.#counts) if (tenantId === id) this.#counts.delete(key);
  }

  forgetStates(ids: Iterable<string>): void {
    for (const id of ids) this.#states.delete(id);
  }
}

async function readDirectory(on: Connection): Promise<DirectoryRows> {
  const tenants = await on.rows('SELECT * FROM tenant ORDER BY name');
  const inUse = tenants.filter((row) => row['deleting_since'] === null);
  return {
    tenants: inUse.map(toTenant),
    tenantsInDeletion: tenants
      .filter((row) => row['deleting_since'] !== null)
      .map(toTenant)
      .map(({ id, name }) => ({ id, name })),
    groupRevisions: inUse.map(toRevision),
    clients: (await on.rows('SELECT * FROM client ORDER BY tenant_id, created_at, id')).map(toClient),
    groups: (await on.rows('SELECT * FROM device_group ORDER BY tenant_id, rank')).map(toGroup),
    enrollSecrets: (await on.rows('SELECT * FROM enroll_secret ORDER BY tenant_id, created_at, id')).map(toSecret),
    sessions: (await on.rows('SELECT * FROM session ORDER BY tenant_id, created_at, secret_hash')).map(toSession),
    signingKeys: (await on.rows('SELECT * FROM signing_key ORDER BY created_at DESC, kid')).map(toSigningKey),
  };
}

async function readCounts(on: Connection): Promise<readonly PatchStateCount[]> {
  const rows = await on.rows('SELECT tenant_id, device_group, patch_state_id, devices FROM patch_state_count');
  return rows.map((row) => ({
    tenantId: String(row['tenant_id']),
    deviceGroup: String(row['device_group']),
    patchStateId: String(row['patch_state_id']),
    devices: Number(row['devices']),
  }));
}

type CountKey = Pick<PatchStateCount, 'tenantId' | 'deviceGroup' | 'patchStateId'>;

function keyOf({ tenantId, deviceGroup, patchStateId }: CountKey): string {
  return `${tenantId} ${patchStateId} ${deviceGroup}`;
}

/** By code point, as the database sorts: UTF-16 order differs only beyond U+FFFF. */
function byKey(a: CountKey, b: CountKey): number {
  return (
    inOrder(a.tenantId, b.tenantId) || inOrder(a.deviceGroup, b.deviceGroup) || inOrder(a.patchStateId, b.patchStateId)
  );
}

function inOrder(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
