import { InventoryFormatError } from '../../inventory/readers/inventory-format-error.ts';
import { ReportFileError } from './report-file-error.ts';
import { reportLimits } from './report-limits.ts';
import { isPacked, unpackReports } from './unpack-reports.ts';
import type { RawReport } from './unpack-reports.ts';

/** Members of an archive of one report: it may have folders and hidden files beside it. */
const mostEntries = 100;

/**
 * A report out of what it was packed in, by whatever was sent without saying so: gzip, zstd, or an archive that holds this one.
 * @throws {ReportFileError} where it cannot be unpacked or has more than `largestBytes`, {InventoryFormatError} for several.
 */
export async function onlyReport(report: RawReport, largestBytes: number): Promise<RawReport> {
  if (!isPacked(report.bytes)) return report;
  const limits = {
    ...reportLimits,
    largestReportBytes: largestBytes,
    largestContentBytes: largestBytes * 2,
    mostEntries,
  };
  let only: RawReport | undefined;
  for await (const found of unpackReports(report, limits)) {
    if (found instanceof ReportFileError) throw found;
    if (only !== undefined) throw new InventoryFormatError(report.source, 'one report', 'an archive of several');
    only = found;
  }
  if (only === undefined) throw new InventoryFormatError(report.source, 'one report', 'an archive without any');
  return { source: report.source, bytes: only.bytes };
}
