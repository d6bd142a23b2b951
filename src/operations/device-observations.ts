import type { Observation } from '../inventory/observation.ts';
import { readKept } from '../inventory/readers/kept-report.ts';
import type { KeptReport } from '../store/store.ts';
import type { Log } from './log.ts';

/**
 * What the sources of a device said last. A report that can no longer be read says nothing; it is logged.
 */
export function observationsOf(reports: readonly KeptReport[], log: Log): readonly Observation[] {
  return reports.flatMap((report) => {
    const { source, format, observedAt } = report;
    try {
      const inventory = readKept(report);
      return inventory === undefined ? [] : [{ source, inventory, at: observedAt }];
    } catch (error) {
      log.warn({ source, format, err: error }, 'kept report cannot be read');
      return [];
    }
  });
}
