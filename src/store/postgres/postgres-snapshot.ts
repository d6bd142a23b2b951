import type { DeviceChange, DeviceSnapshot, SnapshotDevice } from '../device-snapshot.ts';
import type { OpenTransaction, Row } from './database.ts';
import { textOf } from './device-record.ts';

const pageSize = 2000;

const deviceColumns = 'd.id, d.name, d.device_group, d.patch_state_id';
const beforeColumns =
  'c.device_id, c.patch_state_id AS before_state, c.device_group AS before_group, c.name AS before_name, c.last_at';

/** The first change since `mark` ($2) of each device on a page of ids behind $3 (what it was then), and when the last one was. */
const changed = `SELECT DISTINCT ON (device_id) device_id, patch_state_id, device_group, name,
    max(changed_at) OVER (PARTITION BY device_id) AS last_at FROM device_change
  WHERE tenant_id = $1 AND changed_at > $2`;

interface SnapshotOptions {
  readonly transaction: OpenTransaction;
  readonly tenantId: string;
  readonly mark: number;
  readonly prunedTo: number;
  /** Reads the patch states of devices that are handed out. */
  readonly haveStates: (ids: readonly string[]) => Promise<void>;
}

/** A read transaction on a connection of its own: it sees what was committed when it began. */
export class PostgresSnapshot implements DeviceSnapshot {
  readonly mark: number;
  readonly #options: SnapshotOptions;

  private constructor(options: SnapshotOptions) {
    this.mark = options.mark;
    this.#options = options;
  }

  /** Takes the transaction over. */
  static async open(
    transaction: OpenTransaction,
    tenantId: string,
    haveStates: SnapshotOptions['haveStates'],
  ): Promise<PostgresSnapshot> {
    try {
      const [row] = await transaction.connection.rows(
        'SELECT greatest(last_change, changes_pruned_to) AS mark, changes_pruned_to FROM tenant WHERE id = $1',
        [tenantId],
      );
      const [mark, prunedTo] = [Number(row?.['mark'] ?? 0), Number(row?.['changes_pruned_to'] ?? 0)];
      return new PostgresSnapshot({ transaction, tenantId, haveStates, mark, prunedTo });
    } catch (error) {
      await transaction.end('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async list(after: string, top: number): Promise<readonly SnapshotDevice[]> {
    const rows = await this.#rows(
      `SELECT ${deviceColumns} FROM device d WHERE d.tenant_id = $1 AND d.id > $2 ORDER BY d.id LIMIT $3`,
      [this.#options.tenantId, after, top],
    );
    const devices = rows.map(deviceOf);
    await this.#options.haveStates(devices.map(({ patchStateId }) => patchStateId));
    return devices;
  }

  listChanges(mark: number, withUnchanged: boolean): AsyncIterable<readonly DeviceChange[]> | undefined {
    if (mark < this.#options.prunedTo || mark > this.mark) return undefined;
    return this.#changes(mark, withUnchanged);
  }

  close(): void {
    this.#options.transaction.end('ROLLBACK').catch(() => undefined);
  }

  async *#changes(mark: number, withUnchanged: boolean): AsyncGenerator<readonly DeviceChange[]> {
    if (withUnchanged) {
      yield* this.#pages(
        `SELECT d.id AS key, ${deviceColumns}, ${beforeColumns}
         FROM (SELECT * FROM device d WHERE d.tenant_id = $1 AND d.id > $3 ORDER BY d.id LIMIT $4) AS d
         LEFT JOIN (${changed} AND device_id > $3 ORDER BY device_id, changed_at) AS c ON c.device_id = d.id ORDER BY d.id`,
        mark,
        (row) =>
          row['device_id'] === null
            ? { id: String(row['id']), before: deviceOf(row), now: deviceOf(row), changedAt: null }
            : changeOf(row),
      );
    }
    yield* this.#pages(
      `SELECT c.device_id AS key, ${deviceColumns}, ${beforeColumns}
       FROM (${changed} AND device_id > $3 ORDER BY device_id, changed_at) AS c
       LEFT JOIN device d ON d.tenant_id = $1 AND d.id = c.device_id
       ${withUnchanged ? 'WHERE d.id IS NULL' : ''} ORDER BY c.device_id LIMIT $4`,
      mark,
      changeOf,
    );
  }

  async *#pages(sql: string, mark: number, read: (row: Row) => DeviceChange): AsyncGenerator<readonly DeviceChange[]> {
    for (let after = ''; ;) {
      const rows = await this.#rows(sql, [this.#options.tenantId, mark, after, pageSize]);
      const last = rows.at(-1);
      if (last === undefined) return;
      const page = rows.map(read);
      await this.#options.haveStates(
        page.flatMap(({ before, now }) => [before, now].flatMap((device) => device?.patchStateId ?? [])),
      );
      yield page;
      after = String(last['key']);
    }
  }

  #rows(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return this.#options.transaction.connection.rows(sql, values);
  }
}

function changeOf(row: Row): DeviceChange {
  const id = String(row['device_id']);
  const before =
    row['before_state'] === null
      ? null
      : deviceOf({
          id,
          name: row['before_name'],
          device_group: row['before_group'],
          patch_state_id: row['before_state'],
        });
  return { id, before, now: row['id'] === null ? null : deviceOf(row), changedAt: Number(row['last_at']) };
}

function deviceOf(row: Row): SnapshotDevice {
  return {
    id: String(row['id']),
    name: textOf(row['name']),
    deviceGroup: textOf(row['device_group']) ?? '',
    patchStateId: String(row['patch_state_id']),
  };
}
