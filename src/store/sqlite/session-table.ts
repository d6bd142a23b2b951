import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SessionHolder, SessionRow, SessionStore } from '../session-store.ts';
import type { GroupCommit } from './group-commit.ts';

interface SessionRecord {
  readonly tenant_id: string;
  readonly secret_hash: Uint8Array;
  readonly kind: string;
  readonly holder: string;
  readonly holder_id: string;
  readonly name: string;
  readonly roles: string;
  readonly created_at: string;
  readonly expires_at: string;
}

export class SessionTable implements SessionStore {
  readonly #writes: GroupCommit;
  readonly #list: StatementSync;
  readonly #save: StatementSync;
  readonly #take: StatementSync;
  readonly #removeExpired: StatementSync;

  constructor(database: DatabaseSync, writes: GroupCommit) {
    this.#writes = writes;
    this.#list = database.prepare('SELECT * FROM session ORDER BY tenant_id, created_at, secret_hash');
    this.#save = database.prepare(
      `INSERT INTO session (tenant_id, secret_hash, kind, holder, holder_id, name, roles, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#take = database.prepare('DELETE FROM session WHERE tenant_id = ? AND secret_hash = ? RETURNING *');
    this.#removeExpired = database.prepare('DELETE FROM session WHERE expires_at <= ?');
  }

  list(): readonly SessionRow[] {
    return (this.#list.all() as unknown as readonly SessionRecord[]).map(toSessionRow);
  }

  save(session: SessionRow): Promise<void> {
    const { tenantId, secretHash, kind, holder, holderId, name, roles, createdAt, expiresAt } = session;
    return this.#writes.add(() => {
      const listed = JSON.stringify(roles);
      this.#save.run(tenantId, secretHash, kind, holder, holderId, name, listed, createdAt, expiresAt);
    });
  }

  take(tenantId: string, secretHash: Uint8Array): Promise<SessionRow | undefined> {
    return this.#writes.add(() => {
      const [record] = this.#take.all(tenantId, secretHash) as unknown as readonly SessionRecord[];
      return record === undefined ? undefined : toSessionRow(record);
    });
  }

  removeExpired(instant: string): Promise<void> {
    return this.#writes.add(() => {
      this.#removeExpired.run(instant);
    });
  }
}

function toSessionRow(record: SessionRecord): SessionRow {
  return {
    tenantId: record.tenant_id,
    secretHash: record.secret_hash,
    kind: record.kind === 'link' ? 'link' : 'session',
    holder: record.holder as SessionHolder,
    holderId: record.holder_id,
    name: record.name,
    roles: JSON.parse(record.roles) as readonly string[],
    createdAt: record.created_at,
    expiresAt: record.expires_at,
  };
}
