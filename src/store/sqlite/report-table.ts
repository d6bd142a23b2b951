import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DeviceReport, KeptReport } from '../store.ts';
import { unpackReport } from '../report-bytes.ts';

type OtherReport = Pick<KeptReport, 'source' | 'revision'>;

/** The last report of each source about a device. The writing method belongs inside a transaction. */
export class ReportTable {
  readonly #list: StatementSync;
  readonly #listOthers: StatementSync;
  readonly #save: StatementSync;

  constructor(database: DatabaseSync) {
    this.#list = database.prepare(
      `SELECT source, format, observed_at, received_at, revision, content FROM device_report
       WHERE tenant_id = ? AND device_id = ? AND source <> ? ORDER BY source`,
    );
    this.#listOthers = database.prepare(
      `SELECT source, revision FROM device_report WHERE tenant_id = ? AND device_id = ? AND source <> ?`,
    );
    this.#save = database.prepare(
      `INSERT INTO device_report (tenant_id, device_id, source, format, observed_at, received_at, revision, content)
       VALUES (?, ?, ?, ?, ?, ?, 1, ?)
       ON CONFLICT (tenant_id, device_id, source) DO UPDATE SET
         format = excluded.format, observed_at = excluded.observed_at, received_at = excluded.received_at,
         revision = revision + 1, content = excluded.content`,
    );
  }

  save({ device, source, format, observedAt, packed }: DeviceReport): void {
    this.#save.run(device.tenantId, device.id, source, format, observedAt, device.reportedAt, packed);
  }

  list(tenantId: string, deviceId: string, except = ''): readonly KeptReport[] {
    return this.#list.all(tenantId, deviceId, except).map((row) => ({
      source: String(row['source']),
      format: String(row['format']),
      observedAt: String(row['observed_at']),
      receivedAt: String(row['received_at']),
      revision: Number(row['revision']),
      content: unpackReport(row['content'] as Uint8Array),
    }));
  }

  listOthers(tenantId: string, deviceId: string, source: string): readonly OtherReport[] {
    return this.#listOthers
      .all(tenantId, deviceId, source)
      .map((row) => ({ source: String(row['source']), revision: Number(row['revision']) }));
  }
}
