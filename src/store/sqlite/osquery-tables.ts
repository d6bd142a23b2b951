import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type {
  AppliedFacts,
  EnrollSecretRow,
  NodeIdentity,
  NodeResult,
  NodeRow,
  OsqueryStore,
} from '../osquery-store.ts';
import type { AuditLine } from '../audit-store.ts';
import type { AuditTable } from './audit-table.ts';
import type { GroupCommit } from './group-commit.ts';

type Row = Readonly<Record<string, unknown>>;

/** osquery's secrets, nodes and results. */
export class OsqueryTables implements OsqueryStore {
  readonly #database: DatabaseSync;
  readonly #writes: GroupCommit;
  readonly #audit: AuditTable;
  readonly #findNode: StatementSync;
  readonly #saveNode: StatementSync;
  readonly #saveApplied: StatementSync;
  readonly #listResults: StatementSync;
  readonly #listHeads: StatementSync;
  readonly #saveResult: StatementSync;
  readonly #countUp: StatementSync;

  constructor(database: DatabaseSync, writes: GroupCommit, audit: AuditTable) {
    this.#database = database;
    this.#writes = writes;
    this.#audit = audit;
    this.#findNode = database.prepare('SELECT * FROM osquery_node WHERE tenant_id = ? AND id = ?');
    this.#saveNode = database.prepare(
      `INSERT INTO osquery_node (tenant_id, id, key_hash, secret_id, host_identifier, host_name, hardware_id, serial_number,
         is_windows, enrolled_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (tenant_id, id) DO UPDATE SET
         key_hash = excluded.key_hash, secret_id = excluded.secret_id, host_identifier = excluded.host_identifier,
         host_name = excluded.host_name, hardware_id = excluded.hardware_id, serial_number = excluded.serial_number,
         is_windows = excluded.is_windows, enrolled_at = excluded.enrolled_at, revoked_at = NULL`,
    );
    this.#saveApplied = database.prepare(
      `UPDATE osquery_node SET applied_revision = max(applied_revision, ?), applied_at = ?, facts_hash = ?, device_id = ?
       WHERE tenant_id = ? AND id = ?`,
    );
    this.#listResults = database.prepare(
      'SELECT query, content, hash, received_at FROM osquery_result WHERE tenant_id = ? AND node_id = ? ORDER BY query',
    );
    this.#listHeads = database.prepare(
      'SELECT query, hash, received_at FROM osquery_result WHERE tenant_id = ? AND node_id = ? ORDER BY query',
    );
    this.#saveResult = database.prepare(
      `INSERT INTO osquery_result (tenant_id, node_id, query, content, hash, received_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (tenant_id, node_id, query) DO UPDATE SET
         content = excluded.content, hash = excluded.hash, received_at = excluded.received_at`,
    );
    this.#countUp = database.prepare(
      'UPDATE osquery_node SET results_revision = results_revision + 1 WHERE tenant_id = ? AND id = ?',
    );
  }

  listEnrollSecrets(): readonly EnrollSecretRow[] {
    return this.#database.prepare('SELECT * FROM enroll_secret ORDER BY tenant_id, created_at, id').all().map(toSecret);
  }

  saveEnrollSecret(
    { tenantId, id, name, secretHash, createdAt, revokedAt }: EnrollSecretRow,
    line?: AuditLine,
  ): Promise<void> {
    return this.#writes.add(() => {
      this.#database
        .prepare(
          `INSERT INTO enroll_secret (tenant_id, id, name, secret_hash, created_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run(tenantId, id, name, secretHash, createdAt, revokedAt);
      if (line !== undefined) this.#audit.write(line);
    });
  }

  revokeEnrollSecret(
    tenantId: string,
    id: string,
    revokedAt: string,
    line?: AuditLine,
  ): Promise<EnrollSecretRow | undefined> {
    return this.#writes.add(() => {
      this.#database
        .prepare('UPDATE enroll_secret SET revoked_at = ? WHERE tenant_id = ? AND id = ? AND revoked_at IS NULL')
        .run(revokedAt, tenantId, id);
      const row = this.#database
        .prepare('SELECT * FROM enroll_secret WHERE tenant_id = ? AND id = ?')
        .get(tenantId, id);
      if (row !== undefined && line !== undefined) this.#audit.write(line);
      return row === undefined ? undefined : toSecret(row);
    });
  }

  findNode(tenantId: string, id: string): NodeRow | undefined {
    const row = this.#findNode.get(tenantId, id);
    return row === undefined ? undefined : toNode(row);
  }

  findNodesByIdentifier(tenantId: string, hostIdentifier: string): readonly NodeRow[] {
    return this.#database
      .prepare('SELECT * FROM osquery_node WHERE tenant_id = ? AND host_identifier = ? ORDER BY enrolled_at, id')
      .all(tenantId, hostIdentifier)
      .map(toNode);
  }

  listNodes(tenantId: string): readonly NodeRow[] {
    return this.#database
      .prepare('SELECT * FROM osquery_node WHERE tenant_id = ? ORDER BY host_name, id')
      .all(tenantId)
      .map(toNode);
  }

  saveNode(node: NodeIdentity): Promise<void> {
    return this.#writes.add(() => {
      this.#saveNode.run(
        node.tenantId,
        node.id,
        node.keyHash,
        node.secretId,
        node.hostIdentifier,
        node.hostName,
        node.hardwareId,
        node.serialNumber,
        node.isWindows ? 1 : 0,
        node.enrolledAt,
      );
    });
  }

  revokeNodes(
    tenantId: string,
    which: { readonly nodeId: string } | { readonly secretId: string },
    revokedAt: string,
    line?: AuditLine,
  ): Promise<number> {
    const [column, value] = 'nodeId' in which ? ['id', which.nodeId] : ['secret_id', which.secretId];
    return this.#writes.add(() => {
      const { changes } = this.#database
        .prepare(`UPDATE osquery_node SET revoked_at = ? WHERE tenant_id = ? AND ${column} = ? AND revoked_at IS NULL`)
        .run(revokedAt, tenantId, value);
      if (line !== undefined) this.#audit.write(line);
      return Number(changes);
    });
  }

  saveApplied(
    tenantId: string,
    nodeId: string,
    { appliedRevision, appliedAt, factsHash, deviceId }: AppliedFacts,
  ): Promise<void> {
    return this.#writes.add(() => {
      this.#saveApplied.run(appliedRevision, appliedAt, factsHash, deviceId, tenantId, nodeId);
    });
  }

  listNodeResults(tenantId: string, nodeId: string): readonly NodeResult[] {
    return this.#listResults.all(tenantId, nodeId).map((row) => ({
      ...toHead(row),
      content: row['content'] as Uint8Array,
    }));
  }

  listNodeResultHeads(tenantId: string, nodeId: string): readonly Omit<NodeResult, 'content'>[] {
    return this.#listHeads.all(tenantId, nodeId).map(toHead);
  }

  changeNodeResults(
    tenantId: string,
    nodeId: string,
    change: (kept: readonly NodeResult[]) => readonly NodeResult[],
  ): Promise<boolean> {
    return this.#writes.add(() => {
      const changed = change(this.listNodeResults(tenantId, nodeId));
      for (const { query, content, hash, receivedAt } of changed)
        this.#saveResult.run(tenantId, nodeId, query, content, hash, receivedAt);
      if (changed.length > 0) this.#countUp.run(tenantId, nodeId);
      return changed.length > 0;
    });
  }
}

function toSecret(row: Row): EnrollSecretRow {
  return {
    tenantId: String(row['tenant_id']),
    id: String(row['id']),
    name: String(row['name']),
    secretHash: row['secret_hash'] as Uint8Array,
    createdAt: String(row['created_at']),
    revokedAt: textOf(row['revoked_at']),
  };
}

function toNode(row: Row): NodeRow {
  return {
    tenantId: String(row['tenant_id']),
    id: String(row['id']),
    keyHash: row['key_hash'] as Uint8Array,
    secretId: String(row['secret_id']),
    hostIdentifier: String(row['host_identifier']),
    hostName: textOf(row['host_name']),
    hardwareId: textOf(row['hardware_id']),
    serialNumber: textOf(row['serial_number']),
    isWindows: row['is_windows'] === 1,
    enrolledAt: String(row['enrolled_at']),
    revokedAt: textOf(row['revoked_at']),
    resultsRevision: Number(row['results_revision']),
    appliedRevision: Number(row['applied_revision']),
    appliedAt: textOf(row['applied_at']),
    factsHash: textOf(row['facts_hash']),
    deviceId: textOf(row['device_id']),
  };
}

function toHead(row: Row): Omit<NodeResult, 'content'> {
  return { query: String(row['query']), hash: String(row['hash']), receivedAt: String(row['received_at']) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
