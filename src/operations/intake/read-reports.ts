import { parseEncodingName } from '../../inventory/encoding/encoding-name.ts';
import { InventoryFormatError } from '../../inventory/readers/inventory-format-error.ts';
import { keptDevices } from '../../inventory/readers/kept-report.ts';
import type { KeptDevice } from '../../inventory/readers/kept-report.ts';
import { detectFormat, getReader, readInventory } from '../../inventory/readers/read-inventory.ts';
import { reportInput, withMapping } from '../../inventory/readers/report-input.ts';
import type { ReportInput } from '../../inventory/readers/report-input.ts';
import { readBoundedFile } from '../../sources/archives/read-bounded-file.ts';
import { TooLargeError } from '../../sources/archives/too-large-error.ts';
import { listReportFiles } from './list-report-files.ts';
import { namedDevices } from './nameless-devices.ts';
import type { NameForNameless } from './nameless-devices.ts';
import { ReportFileError } from './report-file-error.ts';
import { reportLimits } from './report-limits.ts';
import type { ReportLimits } from './report-limits.ts';
import { isPacked, unpackReports } from './unpack-reports.ts';
import type { RawReport } from './unpack-reports.ts';

export interface ReadOptions {
  /** What 8-bit text is in, `cp850`; told by content unless named. */
  readonly encoding?: string | undefined;
  /** Id of the format; told by content unless named. */
  readonly format?: string | undefined;
  /** Which columns hold which facts, or that they are to be guessed, for a table of no known format. */
  readonly mapping?: ReportInput['mapping'];
  /** For a report of one device that does not name it. */
  readonly naming?: NameForNameless | undefined;
  readonly limits?: ReportLimits;
  /** Called before each file is opened. */
  readonly onFile?: (path: string) => void;
}

/** A report that was read: one device, or the many that its format holds. */
export interface ReadReport {
  readonly kind: 'read';
  /** A path, `-`, or `archive.zip!/path/in/it`. */
  readonly file: string;
  /** The path of the file on disk that it came from. */
  readonly origin: string;
  readonly devices: readonly KeptDevice[];
  /** Of single records that were set aside. */
  readonly notes: readonly string[];
  readonly sizeBytes: number;
}

/** A file or member that gave nothing; the message names it. */
export interface RefusedReport {
  readonly kind: 'refused';
  readonly file: string;
  readonly origin: string;
  /** Stable code of the reason: `unknown-format`, `inventory-format`, `file-too-large` … */
  readonly reason: string;
  readonly message: string;
  /** What the system said of a file that could not be opened, `EBUSY`: another try may do. */
  readonly systemCode?: string;
}

/**
 * Reads all reports that paths name: files, folders, archives, `-` for standard input. One by one, in a fixed order; what
 * cannot be read is told in its place, and the others go on.
 * @throws {EncodingNameError} {@link InventoryFormatError} for an encoding or format that is none.
 */
export async function* readReports(
  paths: Iterable<string>,
  options: ReadOptions = {},
): AsyncGenerator<ReadReport | RefusedReport> {
  if (options.encoding !== undefined) parseEncodingName(options.encoding);
  if (options.format !== undefined) getReader(options.format, '--format');
  for (const path of paths) {
    for (const file of listReportFiles(path)) {
      if (file instanceof ReportFileError) yield refusal(file, file.source);
      else {
        options.onFile?.(file);
        yield* readFileReports(file, options);
      }
    }
  }
}

async function* readFileReports(file: string, options: ReadOptions): AsyncGenerator<ReadReport | RefusedReport> {
  const limits = options.limits ?? reportLimits;
  let bytes: Buffer;
  try {
    bytes = readBoundedFile(file === '-' ? 0 : file, limits.largestFileBytes);
  } catch (error) {
    yield refusal(openError(file, error), file);
    return;
  }
  yield* readSentReports({ source: file, bytes }, options);
}

/** The same of bytes that were sent under this name: a report, or an archive of many. */
export async function* readSentReports(
  whole: RawReport,
  options: Omit<ReadOptions, 'onFile'> = {},
): AsyncGenerator<ReadReport | RefusedReport> {
  if (!isPacked(whole.bytes)) yield readOne(whole, whole.source, options);
  else
    for await (const report of unpackReports(whole, options.limits ?? reportLimits))
      yield report instanceof ReportFileError ? refusal(report, whole.source) : readOne(report, whole.source, options);
}

function openError(file: string, error: unknown): ReportFileError {
  if (error instanceof TooLargeError) return new ReportFileError(file, 'file-too-large', error.message);
  return new ReportFileError(file, 'file-unreadable', `cannot be read: ${messageOf(error)}`, { cause: error });
}

function readOne(
  { source, bytes }: RawReport,
  origin: string,
  { encoding, format, mapping, naming }: ReadOptions,
): ReadReport | RefusedReport {
  let reason = 'unknown-format';
  try {
    const input = withMapping(reportInput(source, bytes, encoding), mapping);
    const reader = format === undefined ? detectFormat(input) : getReader(format, source);
    reason = 'inventory-format';
    const report = readInventory(input, reader.format);
    // What is kept is read again without the name of its encoding.
    const kept = encoding === undefined || input.kind === 'binary' ? bytes : Buffer.from(input.text);
    const devices = namedDevices(keptDevices(report, kept), source, naming);
    return { kind: 'read', file: source, origin, devices, notes: report.notes, sizeBytes: bytes.length };
  } catch (error) {
    // A reader throws nothing else; should one break that promise, it costs the report and not the rest.
    const isForeseen = error instanceof InventoryFormatError;
    const message = isForeseen ? error.message : `${source}: cannot be read: ${messageOf(error)}`;
    return { kind: 'refused', file: source, origin, reason: isForeseen ? reason : 'unexpected', message };
  }
}

function refusal(error: ReportFileError, origin: string): RefusedReport {
  const { source, code, message, cause } = error;
  const systemCode = cause instanceof Error && 'code' in cause ? { systemCode: String(cause.code) } : {};
  return { kind: 'refused', file: source, origin, reason: code, message, ...systemCode };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
