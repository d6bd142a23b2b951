import type { ClientRow, Store, Tenant } from '../store/store.ts';
import type { EnrollSecretRow } from '../store/osquery-store.ts';
import { noGroups, TenantGroups } from './groups/tenant-groups.ts';
import { TenantNotFoundError } from './operation-error.ts';
import { wholeTenant } from './scope.ts';
import type { Scope } from './scope.ts';

/** Tenants, API clients, device groups and enrolment secrets in memory: every request asks for one of them. */
export class Directory {
  readonly #store: Store;
  readonly #goneListeners: ((tenantId: string) => void)[] = [];
  #tenants: ReadonlyMap<string, Tenant> = new Map();
  #clients: ReadonlyMap<string, ClientRow> = new Map();
  /** By tenant for all of it, by client for those in use. */
  #scopes: ReadonlyMap<string, Scope> = new Map();
  #groups: ReadonlyMap<string, TenantGroups> = new Map();
  #enrollSecrets: ReadonlyMap<string, EnrollSecretRow> = new Map();

  constructor(store: Store) {
    this.#store = store;
    this.reload();
  }

  /** Called with the id of each tenant that is gone. */
  onTenantGone(listener: (tenantId: string) => void): void {
    this.#goneListeners.push(listener);
  }

  reload(): void {
    const tenants = this.#store.listTenants();
    const before = [...new Set(this.#tenants.values())];
    this.#tenants = new Map(
      tenants.flatMap(({ id, name }) => {
        const tenant = { id, name };
        return [[id, tenant] as const, [name, tenant] as const];
      }),
    );
    this.#clients = new Map(this.#store.listClients().map((client) => [clientKey(client.tenantId, client.id), client]));
    this.#scopes = new Map([
      ...tenants.map((tenant) => [tenant.id, wholeTenant(tenant)] as const),
      ...[...this.#clients.values()].flatMap((client) => this.#scopeOf(client)),
    ]);
    this.#groups = this.#loadGroups();
    const active = this.#store.osquery.listEnrollSecrets().filter(({ revokedAt }) => revokedAt === null);
    this.#enrollSecrets = new Map(active.map((secret) => [hexOf(secret.secretHash), secret]));
    for (const { id } of before) {
      if (!this.#tenants.has(id)) for (const listener of this.#goneListeners) listener(id);
    }
  }

  /** One that is not revoked, by the hash of what a host sent. */
  findEnrollSecret(secretHash: Uint8Array): EnrollSecretRow | undefined {
    return this.#enrollSecrets.get(hexOf(secretHash));
  }

  findTenant(idOrName: string): Tenant | undefined {
    return this.#tenants.get(idOrName.trim().toLowerCase());
  }

  /** @throws {TenantNotFoundError} */
  getTenant(idOrName: string): Tenant {
    const tenant = this.findTenant(idOrName);
    if (tenant === undefined) throw new TenantNotFoundError(idOrName);
    return tenant;
  }

  /** What a client may see; without one the whole tenant. `undefined` where the tenant is gone or the client is revoked. */
  findScope(tenantId: string, clientId: string | null): Scope | undefined {
    return this.#scopes.get(clientId === null ? tenantId : clientKey(tenantId, clientId));
  }

  groupsOf(tenantId: string): TenantGroups {
    return this.#groups.get(tenantId) ?? noGroups;
  }

  findClient(tenantId: string, clientId: string): ClientRow | undefined {
    return this.#clients.get(clientKey(tenantId, clientId));
  }

  listClients(tenantId: string): readonly ClientRow[] {
    return [...this.#clients.values()].filter((client) => client.tenantId === tenantId);
  }

  #loadGroups(): ReadonlyMap<string, TenantGroups> {
    const { groups } = this.#store;
    const byTenant = Map.groupBy(groups.list(), ({ tenantId }) => tenantId);
    const loaded = groups.listRevisions().map(({ tenantId, revision }) => {
      const known = this.#groups.get(tenantId);
      const isSame = known?.revision === revision;
      return [tenantId, isSame ? known : new TenantGroups(byTenant.get(tenantId) ?? [], revision)] as const;
    });
    return new Map(loaded);
  }

  #scopeOf({ tenantId, id, groups, revokedAt }: ClientRow): readonly (readonly [string, Scope])[] {
    const tenant = this.#tenants.get(tenantId);
    if (tenant === undefined || revokedAt !== null) return [];
    return [[clientKey(tenantId, id), { tenant, groups: groups === null ? null : new Set(groups) }]];
  }
}

function clientKey(tenantId: string, clientId: string): string {
  return `${tenantId} ${clientId.trim().toLowerCase()}`;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
