import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DeviceChange, DeviceSnapshot, SnapshotDevice } from '../device-snapshot.ts';

/** SQLite blocks the event loop: at most so many rows before other work has its turn. */
const pageSize = 2000;

type Row = Readonly<Record<string, string | number | null>>;

const deviceColumns = 'd.id, d.name, d.device_group, d.patch_state_id';
const beforeColumns =
  'c.device_id, c.patch_state_id AS before_state, c.device_group AS before_group, c.name AS before_name, c.last_at';

/** A read transaction on a connection of its own: it sees what was committed when it began. */
export class SqliteSnapshot implements DeviceSnapshot {
  readonly mark: number;
  readonly #database: DatabaseSync;
  readonly #tenantId: string;

  /** Takes the connection over. */
  constructor(database: DatabaseSync, tenantId: string) {
    this.#database = database;
    this.#tenantId = tenantId;
    database.exec('BEGIN');
    const row = database
      .prepare(
        `SELECT max(coalesce((SELECT max(changed_at) FROM device_change WHERE tenant_id = ?1), 0),
           coalesce((SELECT changes_pruned_to FROM tenant WHERE id = ?1), 0)) AS mark`,
      )
      .get(tenantId);
    this.mark = Number(row?.['mark']);
  }

  list(after: string, top: number): Promise<readonly SnapshotDevice[]> {
    const rows = this.#database
      .prepare(`SELECT ${deviceColumns} FROM device d WHERE d.tenant_id = ? AND d.id > ? ORDER BY d.id LIMIT ?`)
      .all(this.#tenantId, after, top) as unknown as readonly Row[];
    return Promise.resolve(rows.map(deviceOf));
  }

  listChanges(mark: number, withUnchanged: boolean): AsyncIterable<readonly DeviceChange[]> | undefined {
    const pruned = this.#database
      .prepare('SELECT changes_pruned_to AS mark FROM tenant WHERE id = ?')
      .get(this.#tenantId);
    if (mark < Number(pruned?.['mark'] ?? 0) || mark > this.mark) return undefined;
    return this.#changes(mark, withUnchanged);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  async *#changes(mark: number, withUnchanged: boolean): AsyncGenerator<readonly DeviceChange[]> {
    await this.#collect(mark);
    if (withUnchanged) {
      yield* this.#pages(
        `SELECT d.id AS key, ${deviceColumns}, ${beforeColumns} FROM device d
         LEFT JOIN temp.changed c ON c.device_id = d.id
         WHERE d.tenant_id = ? AND d.id > ? ORDER BY d.id LIMIT ?`,
        (row) =>
          row['device_id'] === null
            ? { id: String(row['id']), before: deviceOf(row), now: deviceOf(row), changedAt: null }
            : changeOf(row),
      );
    }
    yield* this.#pages(
      `SELECT c.device_id AS key, ${deviceColumns}, ${beforeColumns} FROM temp.changed c
       LEFT JOIN device d ON d.tenant_id = ? AND d.id = c.device_id
       WHERE c.device_id > ? ${withUnchanged ? 'AND d.id IS NULL' : ''} ORDER BY c.device_id LIMIT ?`,
      changeOf,
    );
  }

  /** The first change of each device since `mark` (what it was then), and when the last one was. */
  async #collect(mark: number): Promise<void> {
    this.#database.exec(
      `DROP TABLE IF EXISTS temp.changed;
       CREATE TEMP TABLE changed (device_id TEXT NOT NULL PRIMARY KEY, patch_state_id TEXT, device_group TEXT, name TEXT,
         last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    );
    const last = this.#database.prepare(
      `SELECT max(changed_at) AS mark FROM
         (SELECT changed_at FROM device_change WHERE tenant_id = ? AND changed_at > ? ORDER BY changed_at LIMIT ?)`,
    );
    const add = this.#database.prepare(
      `INSERT INTO temp.changed SELECT device_id, patch_state_id, device_group, name, changed_at FROM device_change
       WHERE tenant_id = ? AND changed_at > ? AND changed_at <= ? ORDER BY changed_at
       ON CONFLICT (device_id) DO UPDATE SET last_at = excluded.last_at`,
    );
    for (let from = mark; ; await nextTurn()) {
      const to = last.get(this.#tenantId, from, pageSize)?.['mark'];
      if (typeof to !== 'number') return;
      add.run(this.#tenantId, from, to);
      from = to;
    }
  }

  async *#pages(sql: string, read: (row: Row) => DeviceChange): AsyncGenerator<readonly DeviceChange[]> {
    const statement = this.#database.prepare(sql);
    for (let after = ''; ; await nextTurn()) {
      const rows = statement.all(this.#tenantId, after, pageSize) as unknown as readonly Row[];
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(read);
      after = String(last['key']);
    }
  }
}

function changeOf(row: Row): DeviceChange {
  const id = String(row['device_id']);
  const before =
    row['before_state'] === null
      ? null
      : deviceOf({
          id,
          name: row['before_name'] ?? null,
          device_group: row['before_group'] ?? null,
          patch_state_id: row['before_state'] ?? null,
        });
  return { id, before, now: row['id'] === null ? null : deviceOf(row), changedAt: Number(row['last_at']) };
}

function deviceOf(row: Row): SnapshotDevice {
  return {
    id: String(row['id']),
    name: row['name'] === null || row['name'] === undefined ? null : String(row['name']),
    deviceGroup: String(row['device_group'] ?? ''),
    patchStateId: String(row['patch_state_id']),
  };
}
