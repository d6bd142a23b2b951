import { laterThan } from '../instant.ts';
import type { AuditLine, AuditQuery, AuditStore } from '../audit-store.ts';
import type { Connection, Database, Row } from './database.ts';
import { textOf } from './device-record.ts';
import type { GroupWrites } from './group-writes.ts';
import { storable, storableOrNull } from './storable.ts';

/** The audit trail. */
export class AuditTable implements AuditStore {
  readonly #database: Database;
  readonly #writes: GroupWrites;

  constructor(database: Database, writes: GroupWrites) {
    this.#database = database;
    this.#writes = writes;
  }

  add(line: AuditLine): Promise<void> {
    return this.#writes.add((on) => writeLine(on, line));
  }

  async list({ tenantId, since = '', after = '', top }: AuditQuery): Promise<{
    readonly lines: readonly AuditLine[];
    readonly hasMore: boolean;
  }> {
    const rows = await this.#database.read(
      'SELECT * FROM audit WHERE tenant_id = $1 AND at >= $2 AND at > $3 ORDER BY at LIMIT $4',
      [tenantId, since, after, top + 1],
    );
    return { lines: rows.slice(0, top).map(toLine), hasMore: rows.length > top };
  }
}

/** Inside a transaction. Two nodes that take the same instant: one of them runs again. */
export async function writeLine(on: Connection, line: AuditLine | undefined): Promise<void> {
  if (line === undefined) return;
  const { tenantId, at, actor, action, subject, detail } = line;
  const [row] = await on.rows('SELECT max(at) AS at FROM audit WHERE tenant_id = $1', [tenantId]);
  const instant = laterThan(row?.['at'], at);
  await on.rows('INSERT INTO audit (tenant_id, at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)', [
    tenantId,
    instant,
    storable(actor),
    action,
    storableOrNull(subject),
    JSON.stringify(detail),
  ]);
}

function toLine(row: Row): AuditLine {
  return {
    tenantId: String(row['tenant_id']),
    at: String(row['at']),
    actor: String(row['actor']),
    action: String(row['action']),
    subject: textOf(row['subject']),
    detail: JSON.parse(String(row['detail'])) as Readonly<Record<string, unknown>>,
  };
}
