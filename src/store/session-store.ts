/** Whose rights a session has: a client's of the tenant, the operator's who may read the data folder, a user's of another issuer. */
export type SessionHolder = 'client' | 'operator' | 'external';

/**
 * Somebody who is signed in to the page, or a link that signs in once. Of its secret only the SHA-256 is kept. Instants are
 * ISO 8601 in UTC.
 */
export interface SessionRow {
  readonly tenantId: string;
  readonly secretHash: Uint8Array;
  readonly kind: 'session' | 'link';
  readonly holder: SessionHolder;
  /** The client's GUID; of a user what the issuer calls them. */
  readonly holderId: string;
  /** What the page shows. */
  readonly name: string;
  readonly roles: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** Sessions of the page. A promise resolves once its write is on disk. */
export interface SessionStore {
  /** Of all tenants, also expired ones that nobody removed yet. */
  list(): readonly SessionRow[];
  /** @throws {TenantGoneError} */
  save(session: SessionRow): Promise<void>;
  /** Removes it; of two at once that take the same one, one is given the row. */
  take(tenantId: string, secretHash: Uint8Array): Promise<SessionRow | undefined>;
  /** Removes those that expired before `instant`. */
  removeExpired(instant: string): Promise<void>;
}
