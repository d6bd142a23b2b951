import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { laterThan } from '../instant.ts';
import type { AuditLine, AuditQuery, AuditStore } from '../audit-store.ts';
import type { GroupCommit } from './group-commit.ts';

/** The audit trail. */
export class AuditTable implements AuditStore {
  readonly #writes: GroupCommit;
  readonly #last: StatementSync;
  readonly #insert: StatementSync;
  readonly #list: StatementSync;

  constructor(database: DatabaseSync, writes: GroupCommit) {
    this.#writes = writes;
    this.#last = database.prepare('SELECT max(at) AS at FROM audit WHERE tenant_id = ?');
    this.#insert = database.prepare(
      'INSERT INTO audit (tenant_id, at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#list = database.prepare(`SELECT * FROM audit WHERE tenant_id = ? AND at >= ? AND at > ? ORDER BY at LIMIT ?`);
  }

  add(line: AuditLine): Promise<void> {
    return this.#writes.add(() => this.write(line));
  }

  /** Inside a transaction. */
  write({ tenantId, at, actor, action, subject, detail }: AuditLine): void {
    const instant = laterThan(this.#last.get(tenantId)?.['at'], at);
    this.#insert.run(tenantId, instant, actor, action, subject, JSON.stringify(detail));
  }

  list({ tenantId, since = '', after = '', top }: AuditQuery): {
    readonly lines: readonly AuditLine[];
    readonly hasMore: boolean;
  } {
    const lines = this.#list.all(tenantId, since, after, top + 1).map(toLine);
    return { lines: lines.slice(0, top), hasMore: lines.length > top };
  }
}

function toLine(row: Readonly<Record<string, unknown>>): AuditLine {
  return {
    tenantId: String(row['tenant_id']),
    at: String(row['at']),
    actor: String(row['actor']),
    action: String(row['action']),
    subject: typeof row['subject'] === 'string' ? row['subject'] : null,
    detail: JSON.parse(String(row['detail'])) as Readonly<Record<string, unknown>>,
  };
}
