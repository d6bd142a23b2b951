import type { SessionHolder, SessionRow, SessionStore } from '../session-store.ts';
import type { Row } from './database.ts';
import { bytesOf } from './directory-records.ts';
import type { GroupWrites } from './group-writes.ts';
import type { Mirror } from './mirror.ts';
import { storable } from './storable.ts';
import type { WriteTransaction } from './write-transaction.ts';

export class SessionTable implements SessionStore {
  readonly #writes: GroupWrites;
  readonly #mirror: Mirror;

  constructor(writes: GroupWrites, mirror: Mirror) {
    this.#writes = writes;
    this.#mirror = mirror;
  }

  list(): readonly SessionRow[] {
    return this.#mirror.directory.sessions;
  }

  save(session: SessionRow): Promise<void> {
    const { tenantId, secretHash, kind, holder, holderId, name, roles, createdAt, expiresAt } = session;
    return this.#change(async (on) => {
      await on.rows(
        `INSERT INTO session (tenant_id, secret_hash, kind, holder, holder_id, name, roles, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          tenantId,
          Buffer.from(secretHash),
          kind,
          holder,
          storable(holderId),
          storable(name),
          JSON.stringify(roles),
          createdAt,
          expiresAt,
        ],
      );
    });
  }

  take(tenantId: string, secretHash: Uint8Array): Promise<SessionRow | undefined> {
    return this.#change(async (on) => {
      const rows = await on.rows('DELETE FROM session WHERE tenant_id = $1 AND secret_hash = $2 RETURNING *', [
        tenantId,
        Buffer.from(secretHash),
      ]);
      return rows.map(toSession)[0];
    });
  }

  removeExpired(instant: string): Promise<void> {
    return this.#change(async (on) => {
      await on.rows('DELETE FROM session WHERE expires_at <= $1', [instant]);
    });
  }

  #change<Result>(work: (on: WriteTransaction) => Promise<Result>): Promise<Result> {
    return this.#writes.add((on) => {
      on.notes.touchesDirectory = true;
      return work(on);
    });
  }
}

export function toSession(row: Row): SessionRow {
  return {
    tenantId: String(row['tenant_id']),
    secretHash: bytesOf(row['secret_hash']),
    kind: row['kind'] === 'link' ? 'link' : 'session',
    holder: String(row['holder']) as SessionHolder,
    holderId: String(row['holder_id']),
    name: String(row['name']),
    roles: JSON.parse(String(row['roles'])) as readonly string[],
    createdAt: String(row['created_at']),
    expiresAt: String(row['expires_at']),
  };
}
