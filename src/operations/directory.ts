import type { ClientRow, Store, Tenant } from '../store/store.ts';
import type { EnrollSecretRow } from '../store/osquery-store.ts';
import { TenantNotFoundError } from './operation-error.ts';

/** Tenants, API clients and enrolment secrets in memory: every request asks for one of them. */
export class Directory {
  readonly #store: Store;
  #tenants: ReadonlyMap<string, Tenant> = new Map();
  #clients: ReadonlyMap<string, ClientRow> = new Map();
  #enrollSecrets: ReadonlyMap<string, EnrollSecretRow> = new Map();

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
    const active = this.#store.osquery.listEnrollSecrets().filter(({ revokedAt }) => revokedAt === null);
    this.#enrollSecrets = new Map(active.map((secret) => [hexOf(secret.secretHash), secret]));
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

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
