import type { Tenant } from '../../store/store.ts';
import type { Application, ReportOutcome } from '../application.ts';
import { importFrom } from './import-reports.ts';
import type { RawReport } from './unpack-reports.ts';
import { mostShown, toRefusedFile } from './preview-reports.ts';
import type { RefusedFile } from './preview-reports.ts';
import { readSentReports } from './read-reports.ts';
import type { ReadOptions } from './read-reports.ts';

/** A device that is on disk now. */
export interface StoredHost extends ReportOutcome {
  readonly file: string;
  readonly format: string;
  readonly name: string | null;
}

/** What became of a file that was sent. Lists are cut at `mostShown`; the totals are not. */
export interface SentImport {
  readonly reports: number;
  readonly hosts: readonly StoredHost[];
  readonly hostsTotal: number;
  readonly refused: readonly RefusedFile[];
  readonly refusedTotal: number;
}

/** Stores every device of what was sent; what is refused costs itself alone. */
export async function storeSentReports(
  application: Pick<Application, 'applyReport'>,
  tenant: Tenant,
  sent: RawReport,
  { now, ...options }: Omit<ReadOptions, 'onFile'> & { readonly now: () => Date },
): Promise<SentImport> {
  const hosts: StoredHost[] = [];
  const refused: RefusedFile[] = [];
  const summary = await importFrom(application, tenant, readSentReports(sent, options), {
    ...options,
    now,
    onStored({ file, format, name, outcome }) {
      if (hosts.length < mostShown) hosts.push({ file, format, name, ...outcome });
    },
    onRefused(report) {
      if (refused.length < mostShown) refused.push(toRefusedFile(report));
    },
  });
  return { reports: summary.reports, hosts, hostsTotal: summary.stored, refused, refusedTotal: summary.refused };
}
