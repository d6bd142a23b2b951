import type { DeviceIdentity } from '../../inventory/inventory.ts';
import type { KeptDevice } from '../../inventory/readers/kept-report.ts';
import type { Tenant } from '../../store/store.ts';
import type { Application, ReportOutcome } from '../application.ts';
import { readReports } from './read-reports.ts';
import type { ReadOptions, ReadReport, RefusedReport } from './read-reports.ts';

export interface ImportOptions extends ReadOptions {
  readonly now: () => Date;
  /** Stops the reading; what was read by then is stored. */
  readonly signal?: AbortSignal;
  readonly onStored?: (stored: StoredReport) => void;
  readonly onRefused?: (refused: RefusedReport) => void;
  readonly onNote?: (note: string) => void;
}

/** An observation that is on disk. */
export interface StoredReport {
  /** A path, `-`, or `archive.zip!/path/in/it`. */
  readonly file: string;
  /** The path of the file on disk that it came from. */
  readonly origin: string;
  /** Id of the format it came in. */
  readonly format: string;
  /** As the report names the device. */
  readonly name: string | null;
  readonly outcome: ReportOutcome;
}

/** Reports that were refused for one reason. */
export interface Refusals {
  readonly reason: string;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly string[];
}

/** What an import did. A file that holds many devices counts as one report and many observations. */
export interface ImportSummary {
  /** Files and members of archives that were read. */
  readonly reports: number;
  /** Observations of devices in them; each was stored or refused. */
  readonly observations: number;
  readonly stored: number;
  /** Of those stored: of a new device, or in another state than before. */
  readonly changed: number;
  readonly unchanged: number;
  /** Distinct devices. */
  readonly devices: number;
  /** Observations of a device that another one of this import was about: they stand side by side, see `mergeInventories`. */
  readonly merged: number;
  /** Files, members and observations that were not stored. */
  readonly refused: number;
  readonly refusals: readonly Refusals[];
}

/** Commits wait for the disk: so many observations share one. */
const batchSize = 500;
/** Unless they are large. */
const batchBytes = 32 * 1024 * 1024;
const mostExamples = 3;

type Applying = Pick<Application, 'applyReport'>;

/**
 * Reads what paths name, as `readReports`, and stores every observation. What is refused costs itself alone; what is told as stored
 * is on disk, so that an import that is broken off can be started again.
 */
export async function importReports(
  application: Applying,
  tenant: Tenant,
  { paths, ...options }: ImportOptions & { readonly paths: Iterable<string> },
): Promise<ImportSummary> {
  return importFrom(application, tenant, readReports(paths, options), options);
}

/** Stores every observation of reports as they are read. */
export async function importFrom(
  application: Applying,
  tenant: Tenant,
  reports: AsyncIterable<ReadReport | RefusedReport>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const running = new Import(application, tenant, options);
  for await (const report of reports) {
    if (options.signal?.aborted === true) break;
    if (report.kind === 'refused') running.refuse(report);
    else {
      running.reports += 1;
      for (const note of report.notes) options.onNote?.(note);
      for (const device of report.devices) await running.add({ file: report.file, origin: report.origin, device });
    }
  }
  await running.flush();
  return running.summary();
}

interface Observed {
  readonly file: string;
  readonly origin: string;
  readonly device: KeptDevice;
}

class Import {
  readonly #application: Applying;
  readonly #tenant: Tenant;
  readonly #options: ImportOptions;
  readonly #devices = new Set<string>();
  readonly #refusals = new Map<string, { count: number; readonly examples: string[] }>();
  #waiting: Observed[] = [];
  #waitingBytes = 0;
  reports = 0;
  #observations = 0;
  #changed = 0;
  #stored = 0;

  constructor(application: Applying, tenant: Tenant, options: ImportOptions) {
    this.#application = application;
    this.#tenant = tenant;
    this.#options = options;
  }

  async add(observed: Observed): Promise<void> {
    this.#observations += 1;
    this.#waiting.push(observed);
    this.#waitingBytes += observed.device.raw.length;
    if (this.#waiting.length >= batchSize || this.#waitingBytes >= batchBytes) await this.flush();
  }

  /** Stores what waits: all at once, but of one device one after the other, in the order in which they came. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const [wave, later] = firstOfEach(this.#waiting);
      this.#waiting = later;
      await Promise.all(wave.map((observed) => this.#store(observed)));
    }
    this.#waitingBytes = 0;
  }

  async #store({ file, origin, device }: Observed): Promise<void> {
    try {
      const outcome = await this.#application.applyReport(this.#tenant, { ...device, receivedAt: this.#options.now() });
      this.#stored += 1;
      if (outcome.changed) this.#changed += 1;
      this.#devices.add(outcome.deviceId);
      const name = device.inventory.device.name ?? null;
      this.#options.onStored?.({ file, origin, format: device.format, name, outcome });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unexpected';
      this.refuse({ kind: 'refused', file, origin, reason, message: `${file}: not stored: ${text}` });
    }
  }

  refuse(refused: RefusedReport): void {
    const known = this.#refusals.get(refused.reason) ?? { count: 0, examples: [] };
    known.count += 1;
    if (known.examples.length < mostExamples) known.examples.push(refused.message);
    this.#refusals.set(refused.reason, known);
    this.#options.onRefused?.(refused);
  }

  summary(): ImportSummary {
    const refusals = [...this.#refusals]
      .map(([reason, { count, examples }]) => ({ reason, count, examples }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
    return {
      reports: this.reports,
      observations: this.#observations,
      stored: this.#stored,
      changed: this.#changed,
      unchanged: this.#stored - this.#changed,
      devices: this.#devices.size,
      merged: this.#stored - this.#devices.size,
      refused: refusals.reduce((sum, { count }) => sum + count, 0),
      refusals,
    };
  }
}

/** The first observation of each device, and the rest. */
function firstOfEach(all: readonly Observed[]): [first: Observed[], rest: Observed[]] {
  const seen = new Set<string>();
  const first: Observed[] = [];
  const rest: Observed[] = [];
  for (const observed of all) {
    const key = deviceKey(observed.device.inventory.device);
    (key !== undefined && seen.has(key) ? rest : first).push(observed);
    if (key !== undefined) seen.add(key);
  }
  return [first, rest];
}

/** What a device is told by; two of one key are most likely one device. */
function deviceKey({ id, sourceId, name }: DeviceIdentity): string | undefined {
  return id ?? sourceId ?? name?.trim().toLowerCase();
}
