import type { ClientRow, Store, Tenant } from '../store/store.ts';
import { TenantNotFoundError } from './operation-error.ts';

/** Tenants and API clients in memory: every request asks for both. */
export class Directory {
  readonly #store: Store;
  #tenants: ReadonlyMap<string, Tenant> = new Map();
  #clients: ReadonlyMap<string, ClientRow> = new Map();

  constructor(store: Store) {
    this.#store = store;
    this.reload();
  }

  reload(): void {
    const tenants = this.#store.listTenants();
    this.#tenants = new Map(
      tenants.flatMap((tenant) => [[tenant.id, tenant] as const, [tenant.name, tenant] as const]),
    );
    this.#clients = new Map(this.#store.listClients().map((client) => [clientKey(client.tenantId, client.id), client]));
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

  findClient(tenantId: string, clientId: string): ClientRow | undefined {
    return this.#clients.get(clientKey(tenantId, clientId));
  }

  listClients(tenantId: string): readonly ClientRow[] {
    return [...this.#clients.values()].filter((client) => client.tenantId === tenantId);
  }
}

function clientKey(tenantId: string, clientId: string): string {
  return `${tenantId} ${clientId.trim().toLowerCase()}`;
}
