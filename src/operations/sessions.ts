import type { SessionHolder, SessionRow } from '../store/session-store.ts';
import type { Store, Tenant } from '../store/store.ts';
import type { Directory } from './directory.ts';
import type { Scope } from './scope.ts';
import { createSecret, hashSecret } from './secret.ts';

/** How long somebody stays signed in: a working day. */
const sessionLifetimeHours = 12;

/** A clock that is set back makes what was given before as much longer: so much at most, or it is refused. */
const longestSetBackMs = 86_400_000;

/** How long a link that signs in once waits for its use. */
const linkLifetimeMinutes = 15;

/** Who signs in, and what they may. */
export interface SessionUser {
  readonly holder: SessionHolder;
  /** The client's GUID; of a user what the issuer calls them. */
  readonly holderId: string;
  /** What the page shows. */
  readonly name: string;
  readonly roles: readonly string[];
}

/** Somebody who is signed in. */
export interface Session extends SessionUser {
  /** What of the tenant is seen, as of now. */
  readonly scope: Scope;
  /** ISO 8601 in UTC. */
  readonly expiresAt: string;
}

/** The secret is seen once; the store has its hash alone. */
export interface StartedSession {
  readonly secret: string;
  /** ISO 8601 in UTC. */
  readonly expiresAt: string;
}

/**
 * Who is signed in to the page, in memory, since every request asks; `reload` follows what other processes changed. A session is as good as
 * its client: where that is revoked or its tenant goes, it is over.
 */
export class Sessions {
  readonly #store: Store;
  readonly #directory: Directory;
  readonly #now: () => Date;
  #rows: ReadonlyMap<string, SessionRow> = new Map();

  constructor({
    store,
    directory,
    now,
  }: {
    readonly store: Store;
    readonly directory: Directory;
    readonly now: () => Date;
  }) {
    this.#store = store;
    this.#directory = directory;
    this.#now = now;
    this.reload();
  }

  reload(): void {
    this.#rows = new Map(this.#store.sessions.list().map((row) => [keyOf(row.secretHash), row]));
  }

  start(tenant: Tenant, user: SessionUser): Promise<StartedSession> {
    return this.#add(tenant, user, { kind: 'session', lifetimeMs: sessionLifetimeHours * 3_600_000 });
  }

  /** A secret that signs this user in once. */
  createLink(tenant: Tenant, user: SessionUser): Promise<StartedSession> {
    return this.#add(tenant, user, { kind: 'link', lifetimeMs: linkLifetimeMinutes * 60_000 });
  }

  hasLink(secret: string): boolean {
    return this.#find(secret, 'link') !== undefined;
  }

  /** `undefined` where the link is none, was used or has expired; of two at once one gets the session. */
  async openLink(secret: string): Promise<StartedSession | undefined> {
    const row = this.#find(secret, 'link');
    if (row === undefined) return undefined;
    const taken = await this.#store.sessions.take(row.tenantId, row.secretHash);
    this.reload();
    const tenant = this.#directory.findTenant(row.tenantId);
    return taken === undefined || tenant === undefined ? undefined : this.start(tenant, taken);
  }

  find(secret: string): Session | undefined {
    const row = this.#find(secret, 'session');
    if (row === undefined) return undefined;
    const { tenantId, holder, holderId, name, roles, expiresAt } = row;
    const scope = this.#directory.findScope(tenantId, holder === 'client' ? holderId : null);
    return scope === undefined ? undefined : { holder, holderId, name, roles, scope, expiresAt };
  }

  async end(secret: string): Promise<void> {
    const row = this.#find(secret, 'session');
    if (row === undefined) return;
    await this.#store.sessions.take(row.tenantId, row.secretHash);
    this.reload();
  }

  async #add(
    tenant: Tenant,
    { holder, holderId, name, roles }: SessionUser,
    { kind, lifetimeMs }: { readonly kind: SessionRow['kind']; readonly lifetimeMs: number },
  ): Promise<StartedSession> {
    const now = this.#now();
    const secret = createSecret();
    const expiresAt = new Date(now.getTime() + lifetimeMs).toISOString();
    const secretHash = hashSecret(secret);
    await this.#store.sessions.removeExpired(now.toISOString());
    await this.#store.sessions.save({
      tenantId: tenant.id,
      secretHash,
      kind,
      holder,
      holderId,
      name,
      roles,
      createdAt: now.toISOString(),
      expiresAt,
    });
    this.reload();
    return { secret, expiresAt };
  }

  #find(secret: string, kind: SessionRow['kind']): SessionRow | undefined {
    const row = this.#rows.get(keyOf(hashSecret(secret)));
    if (row === undefined || row.kind !== kind) return undefined;
    const now = this.#now().getTime();
    const isBegun = Date.parse(row.createdAt) <= now + longestSetBackMs;
    return isBegun && Date.parse(row.expiresAt) > now ? row : undefined;
  }
}

/** Looking up a hash tells nothing of the secret, however long it takes. */
function keyOf(secretHash: Uint8Array): string {
  return Buffer.from(secretHash).toString('base64url');
}
