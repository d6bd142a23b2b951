import { harmlessText } from '../../sources/archives/entry-label.ts';
import { importReports } from '../../operations/intake/import-reports.ts';
import type { ImportOptions, ImportSummary, StoredReport } from '../../operations/intake/import-reports.ts';
import { listReportFiles } from '../../operations/intake/list-report-files.ts';
import { staleWarning } from '../catalogue-age.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { progressBar, withProgress } from '../progress.ts';
import { namingOf, readingOf } from '../read-reports.ts';
import type { NamingOptions, ReadingOptions } from '../read-reports.ts';
import { withApplication } from '../with-application.ts';

export interface DeviceImportOptions extends CommonOptions, ReadingOptions, NamingOptions {}

/** `kbgap device import PATH…`: inventories into the store; what is refused costs itself alone, and exit 2. */
export async function runDeviceImport(paths: readonly string[], options: DeviceImportOptions): Promise<ExitCode> {
  const reading = { ...readingOf(options), naming: namingOf(options) };
  return withApplication(options, async (application, tenant) => {
    const shown = { title: 'reading reports', isWanted: options.quiet !== true, ended: summaryLine };
    const summary = await withProgress(shown, (show) => {
      const counted = progressOf(paths, show);
      return importReports(application, tenant, {
        paths,
        ...reading,
        now: () => new Date(),
        ...counted,
        onStored: (stored) => {
          counted.onStored?.(stored);
          tellStored(stored, options);
        },
        onRefused: (refused) => {
          counted.onRefused?.(refused);
          say(harmlessText(refused.message));
        },
        onNote: (note) => say(harmlessText(note)),
      });
    });
    for (const warning of staleWarning(application.findStaleness(new Date()))) say(warning);
    if (options.json === true) print(JSON.stringify({ summary }));
    else if (options.quiet !== true) for (const line of summaryLines(summary)) print(line);
    return summary.refused > 0 ? exitCodes.unusable : exitCodes.clean;
  });
}

/** Files done of all, on a terminal; elsewhere nobody looks. */
function progressOf(
  paths: readonly string[],
  show: (text: string) => void,
): Pick<ImportOptions, 'onFile' | 'onStored' | 'onRefused'> {
  if (!process.stderr.isTTY) return {};
  let total = 0;
  for (const path of paths) for (const _ of listReportFiles(path)) total += 1;
  let begun = 0;
  let stored = 0;
  let refused = 0;
  const update = (file: string): void =>
    show(
      `${progressBar(begun / total)} ${begun}/${total} files, ${stored} stored, ${refused} refused ${harmlessText(file)}`,
    );
  return {
    onFile: (file) => ((begun += 1), update(file)),
    onStored: () => (stored += 1),
    onRefused: ({ file }) => ((refused += 1), update(file)),
  };
}

/** A line a device; on a terminal, where the progress line stands, only the summary. */
function tellStored({ file, outcome }: StoredReport, { json, quiet }: DeviceImportOptions): void {
  if (json === true) print(JSON.stringify({ source: file, ...outcome }));
  else if (quiet !== true && !(process.stderr.isTTY && process.stdout.isTTY))
    print(`${harmlessText(file)}: ${outcome.deviceId} ${outcome.coverage}, ${outcome.missing} missing`);
}

function summaryLine({ reports, devices, refused }: ImportSummary): string {
  return `${reports} reports of ${devices} devices read, ${refused} refused`;
}

function summaryLines(summary: ImportSummary): readonly string[] {
  const { reports, observations, stored, changed, unchanged, devices, merged, refused, refusals } = summary;
  const held = observations > reports ? ` with ${observations} devices in them` : '';
  return [
    `${reports} reports read${held}: ${stored} stored for ${devices} devices (${changed} new or changed, ${unchanged} unchanged, ${merged} merged with another of the same device), ${refused} refused`,
    ...refusals.flatMap(({ reason, count, examples }) => [
      `refused ${count}: ${reason}`,
      ...examples.map((example) => `  ${harmlessText(example)}`),
      ...(count > examples.length ? [`  … and ${count - examples.length} more`] : []),
      ...(reason === 'missing-device-identity' ? ['  --name NAME or --name-by-file tells whose they are'] : []),
    ]),
  ];
}
