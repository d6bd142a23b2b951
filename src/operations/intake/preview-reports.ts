import { confidenceOf } from '../../inventory/confidence.ts';
import type { ConfidenceClass } from '../../inventory/confidence.ts';
import type { KeptDevice } from '../../inventory/readers/kept-report.ts';
import { derivePatchState } from '../../inventory/patch-state.ts';
import type { Coverage } from '../../assessment/assessment.ts';
import { nameKey } from '../../store/name-key.ts';
import type { Tenant } from '../../store/store.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { formatWindowsBuild } from '../../terms/windows-build.ts';
import type { OperationContext } from '../context.ts';
import type { RawReport } from './unpack-reports.ts';
import { readSentReports } from './read-reports.ts';
import type { ReadOptions, RefusedReport } from './read-reports.ts';

/** What was understood of a device, and what its verdict would be by this report alone. */
export interface PreviewHost {
  readonly file: string;
  /** Id of the format, `systeminfo`. */
  readonly format: string;
  readonly confidence: ConfidenceClass;
  readonly name: string | null;
  /** Whether a device of that id or name is stored already. */
  readonly known: boolean;
  readonly os: string | null;
  readonly build: string | null;
  /** How many updates and programs the report lists. */
  readonly updates: number;
  readonly software: number;
  readonly coverage: Coverage;
  readonly missing: number;
  readonly install: readonly KbNumber[];
  readonly openCves: number;
  readonly reasons: readonly string[];
}

/** What a file would bring, with nothing of it stored. Lists are cut at `mostShown`; the totals are not. */
export interface ImportPreview {
  /** Reports that were read. */
  readonly reports: number;
  readonly hosts: readonly PreviewHost[];
  readonly hostsTotal: number;
  readonly refused: readonly RefusedFile[];
  readonly refusedTotal: number;
  /** Of single records that were set aside. */
  readonly notes: readonly string[];
}

export interface RefusedFile {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

export const mostShown = 1000;

/** Reads what was sent, and judges it as an import would, but stores nothing. */
export async function previewReports(
  context: OperationContext,
  tenant: Tenant,
  sent: RawReport,
  options: Omit<ReadOptions, 'onFile'>,
): Promise<ImportPreview> {
  const hosts: PreviewHost[] = [];
  const refused: RefusedFile[] = [];
  const notes: string[] = [];
  let [reports, hostsTotal, refusedTotal] = [0, 0, 0];
  for await (const report of readSentReports(sent, options)) {
    if (report.kind === 'refused') {
      refusedTotal += 1;
      if (refused.length < mostShown) refused.push(toRefusedFile(report));
      continue;
    }
    reports += 1;
    hostsTotal += report.devices.length;
    for (const note of report.notes) if (notes.length < mostShown) notes.push(note);
    for (const device of report.devices)
      if (hosts.length < mostShown) hosts.push(await previewOf(context, tenant, report.file, device));
  }
  return { reports, hosts, hostsTotal, refused, refusedTotal, notes };
}

export function toRefusedFile({ file, reason, message }: RefusedReport): RefusedFile {
  return { file, code: reason, message };
}

async function previewOf(
  { exposures, store }: OperationContext,
  tenant: Tenant,
  file: string,
  { inventory, format }: KeptDevice,
): Promise<PreviewHost> {
  const { device, os } = inventory;
  const { coverage, missing, install, openCves, undetermined } = exposures.verdicts.engine.assess(
    derivePatchState(inventory),
    null,
  );
  const name = device.name?.trim();
  const scope = { tenantId: tenant.id, groups: null };
  const isKnown =
    (device.id !== undefined && (await store.findDevice(tenant.id, device.id.toLowerCase())) !== undefined) ||
    (name !== undefined && name !== '' && (await store.findDevicesByName(scope, nameKey(name))).length > 0);
  return {
    file,
    format,
    confidence: confidenceOf(inventory),
    name: name ?? null,
    known: isKnown,
    os: os.name ?? null,
    build: os.build === undefined ? null : formatWindowsBuild(os.build),
    updates: inventory.updates.length,
    software: inventory.software.length,
    coverage,
    missing: missing.length,
    install,
    openCves: openCves.length,
    reasons: [...new Set(undetermined.map(({ reason }) => reason))],
  };
}
