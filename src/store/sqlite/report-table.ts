import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DeviceReport, KeptReport } from '../store.ts';
import { unpackReport } from '../report-bytes.ts';

type ReportMark = Pick<KeptReport, 'source' | 'revision' | 'observedAt' | 'receivedAt'>;

/** The last report of each source about a device. The writing method belongs inside a transaction. */
export class ReportTable {
  readonly #list: StatementSync;
  readonly #listMarks: StatementSync;
  readonly #save: StatementSync;

  constructor(database: DatabaseSync) {
    this.#list = database.prepare(
      `SELECT source, format, observed_at, received_at, revision, content FROM device_report
       WHERE tenant_id = ?1 AND source <> ?3
         AND device_number = (SELECT number FROM device WHERE tenant_id = ?1 AND id = ?2)
       ORDER BY source`,
    );
    this.#listMarks = database.prepare(
      `SELECT source, revision, observed_at, received_at FROM device_report WHERE tenant_id = ? AND device_number = ?`,
    );
    this.#save = database.prepare(
      `INSERT INTO device_report (tenant_id, device_number, source, format, observed_at, received_at, revision, content)
       VALUES (?, ?, ?, ?, ?, ?, 1, ?)
       ON CONFLICT (tenant_id, device_number, source) DO UPDATE SET
         format = excluded.format, observed_at = excluded.observed_at, received_at = excluded.received_at,
         revision = revision + 1, content = excluded.content`,
    );
  }

  save({ device, source, format, observedAt, packed }: DeviceReport, deviceNumber: number): void {
    this.#save.run(device.tenantId, deviceNumber, source, format, observedAt, device.reportedAt, packed);
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

  /** All but what the reports say. */
  listMarks(tenantId: string, deviceNumber: number): readonly ReportMark[] {
    return this.#listMarks.all(tenantId, deviceNumber).map((row) => ({
      source: String(row['source']),
      revision: Number(row['revision']),
      observedAt: String(row['observed_at']),
      receivedAt: String(row['received_at']),
    }));
  }
}
