import { readFileSync } from 'node:fs';
import { keptDevices } from '../inventory/readers/kept-report.ts';
import type { KeptDevice } from '../inventory/readers/kept-report.ts';
import { InventoryFormatError } from '../inventory/readers/inventory-format-error.ts';
import { readInventory } from '../inventory/readers/read-inventory.ts';
import { reportInput } from '../inventory/readers/report-input.ts';

/** One observation that a file held. */
export interface FileReport extends KeptDevice {
  readonly file: string;
}

/** What files gave; every file that could not be read was told to `complain`. */
export interface FileReports {
  readonly reports: readonly FileReport[];
  readonly unreadable: number;
}

/** Reads inventories; `-` is standard input. An unreadable file does not stop the others. */
export function readReports(files: readonly string[], complain: (line: string) => void): FileReports {
  const reports: FileReport[] = [];
  let unreadable = 0;
  for (const file of files) {
    try {
      const raw = readFileSync(file === '-' ? 0 : file);
      const report = readInventory(reportInput(file, raw));
      for (const note of report.notes) complain(note);
      for (const device of keptDevices(report, raw)) reports.push({ file, ...device });
    } catch (error) {
      unreadable += 1;
      complain(
        error instanceof InventoryFormatError
          ? error.message
          : `${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return { reports, unreadable };
}
