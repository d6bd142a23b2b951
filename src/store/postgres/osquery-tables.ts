import type { AuditLine } from '../audit-store.ts';
import type {
  AppliedFacts,
  EnrollSecretRow,
  NodeIdentity,
  NodeResult,
  NodeRow,
  OsqueryStore,
} from '../osquery-store.ts';
import { writeLine } from './audit-table.ts';
import type { Connection, Database, Row } from './database.ts';
import { textOf } from './device-record.ts';
import { bytesOf, toSecret } from './directory-records.ts';
import type { GroupWrites } from './group-writes.ts';
import type { Mirror } from './mirror.ts';
import { storable, storableOrNull } from './storable.ts';
import type { WriteTransaction } from './write-transaction.ts';

const results = `SELECT query, content, hash, received_at FROM osquery_result WHERE tenant_id = $1 AND node_id = $2 ORDER BY query`;

/** osquery's secrets, nodes and results. */
export class OsqueryTables implements OsqueryStore {
  readonly #database: Database;
  readonly #writes: GroupWrites;
  readonly #mirror: Mirror;

  constructor(database: Database, writes: GroupWrites, mirror: Mirror) {
    this.#database = database;
    this.#writes = writes;
    this.#mirror = mirror;
  }

  listEnrollSecrets(): readonly EnrollSecretRow[] {
    return this.#mirror.directory.enrollSecrets;
  }

  saveEnrollSecret(
    { tenantId, id, name, secretHash, createdAt, revokedAt }: EnrollSecretRow,
    line?: AuditLine,
  ): Promise<void> {
    return this.#change(async (on) => {
      await on.rows(
        `INSERT INTO enroll_secret (tenant_id, id, name, secret_hash, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6)`,
        [tenantId, id, storable(name), Buffer.from(secretHash), createdAt, revokedAt],
      );
      await writeLine(on, line);
    });
  }

  revokeEnrollSecret(
    tenantId: string,
    id: string,
    revokedAt: string,
    line?: AuditLine,
  ): Promise<EnrollSecretRow | undefined> {
    return this.#change(async (on) => {
      const [row] = await on.rows(
        `UPDATE enroll_secret SET revoked_at = coalesce(revoked_at, $1) WHERE tenant_id = $2 AND id = $3 RETURNING *`,
        [revokedAt, tenantId, id],
      );
      if (row === undefined) return undefined;
      await writeLine(on, line);
      return toSecret(row);
    });
  }

  async findNode(tenantId: string, id: string): Promise<NodeRow | undefined> {
    const [row] = await this.#database.read('SELECT * FROM osquery_node WHERE tenant_id = $1 AND id = $2', [
      tenantId,
      id,
    ]);
    return row === undefined ? undefined : toNode(row);
  }

  async findNodesByIdentifier(tenantId: string, hostIdentifier: string): Promise<readonly NodeRow[]> {
    const rows = await this.#database.read(
      'SELECT * FROM osquery_node WHERE tenant_id = $1 AND host_identifier = $2 ORDER BY enrolled_at, id',
      [tenantId, storable(hostIdentifier)],
    );
    return rows.map(toNode);
  }

  async listNodes(tenantId: string): Promise<readonly NodeRow[]> {
    const rows = await this.#database.read(
      'SELECT * FROM osquery_node WHERE tenant_id = $1 ORDER BY host_name NULLS FIRST, id',
      [tenantId],
    );
    return rows.map(toNode);
  }

  saveNode(node: NodeIdentity): Promise<void> {
    return this.#writes.add(async (on) => {
      await on.rows(
        `INSERT INTO osquery_node (tenant_id, id, key_hash, secret_id, host_identifier, host_name, hardware_id, serial_number,
           is_windows, enrolled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant_id, id) DO UPDATE SET
           key_hash = excluded.key_hash, secret_id = excluded.secret_id, host_identifier = excluded.host_identifier,
           host_name = excluded.host_name, hardware_id = excluded.hardware_id, serial_number = excluded.serial_number,
           is_windows = excluded.is_windows, enrolled_at = excluded.enrolled_at, revoked_at = NULL`,
        [
          node.tenantId,
          node.id,
          Buffer.from(node.keyHash),
          node.secretId,
          storable(node.hostIdentifier),
          storableOrNull(node.hostName),
          storableOrNull(node.hardwareId),
          storableOrNull(node.serialNumber),
          node.isWindows,
          node.enrolledAt,
        ],
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
    return this.#writes.add(async (on) => {
      const rows = await on.rows(
        `UPDATE osquery_node SET revoked_at = $1 WHERE tenant_id = $2 AND ${column} = $3 AND revoked_at IS NULL RETURNING id`,
        [revokedAt, tenantId, value],
      );
      await writeLine(on, line);
      return rows.length;
    });
  }

  saveApplied(
    tenantId: string,
    nodeId: string,
    { appliedRevision, appliedAt, factsHash, deviceId }: AppliedFacts,
  ): Promise<void> {
    return this.#writes.add(async (on) => {
      await on.rows(
        `UPDATE osquery_node SET applied_revision = greatest(applied_revision, $1), applied_at = $2, facts_hash = $3, device_id = $4
         WHERE tenant_id = $5 AND id = $6`,
        [appliedRevision, appliedAt, factsHash, deviceId, tenantId, nodeId],
      );
    });
  }

  async listNodeResults(tenantId: string, nodeId: string): Promise<readonly NodeResult[]> {
    return (await this.#database.read(results, [tenantId, nodeId])).map(toResult);
  }

  async listNodeResultHeads(tenantId: string, nodeId: string): Promise<readonly Omit<NodeResult, 'content'>[]> {
    const rows = await this.#database.read(
      'SELECT query, hash, received_at FROM osquery_result WHERE tenant_id = $1 AND node_id = $2 ORDER BY query',
      [tenantId, nodeId],
    );
    return rows.map(toHead);
  }

  changeNodeResults(
    tenantId: string,
    nodeId: string,
    change: (kept: readonly NodeResult[]) => readonly NodeResult[],
  ): Promise<boolean> {
    return this.#writes.add(async (on) => {
      // Another request of the node, on whatever process, waits here.
      await on.rows('SELECT 1 FROM osquery_node WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE', [
        tenantId,
        nodeId,
      ]);
      const changed = change((await on.rows(results, [tenantId, nodeId])).map(toResult));
      for (const result of changed) await saveResult(on, tenantId, nodeId, result);
      if (changed.length === 0) return false;
      await on.rows(
        'UPDATE osquery_node SET results_revision = results_revision + 1 WHERE tenant_id = $1 AND id = $2',
        [tenantId, nodeId],
      );
      return true;
    });
  }

  #change<Result>(work: (on: WriteTransaction) => Promise<Result>): Promise<Result> {
    return this.#writes.add((on) => {
      on.notes.touchesDirectory = true;
      return work(on);
    });
  }
}

async function saveResult(
  on: Connection,
  tenantId: string,
  nodeId: string,
  { query, content, hash, receivedAt }: NodeResult,
): Promise<void> {
  await on.rows(
    `INSERT INTO osquery_result (tenant_id, node_id, query, content, hash, received_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (tenant_id, node_id, query) DO UPDATE SET
       content = excluded.content, hash = excluded.hash, received_at = excluded.received_at`,
    [tenantId, nodeId, storable(query), Buffer.from(content), hash, receivedAt],
  );
}

function toNode(row: Row): NodeRow {
  return {
    tenantId: String(row['tenant_id']),
    id: String(row['id']),
    keyHash: bytesOf(row['key_hash']),
    secretId: String(row['secret_id']),
    hostIdentifier: String(row['host_identifier']),
    hostName: textOf(row['host_name']),
    hardwareId: textOf(row['hardware_id']),
    serialNumber: textOf(row['serial_number']),
    isWindows: row['is_windows'] === true,
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

function toResult(row: Row): NodeResult {
  return { ...toHead(row), content: bytesOf(row['content']) };
}
