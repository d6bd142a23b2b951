import type { Assessment } from '../../assessment/assessment.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { ReportOutcome } from '../../operations/application.ts';
import { formatKb } from '../../terms/kb-number.ts';
import { formatWindowsBuild } from '../../terms/windows-build.ts';

/**
 * The part of `ScanResult` of Vuls (models/scanresults.go, jsonVersion 4) that is known here; its clients leave the rest at
 * its defaults.
 */
export interface VulsScanResult {
  readonly jsonVersion: 4;
  readonly serverName: string;
  readonly family: 'windows';
  /** MSRC's name of the product: `Windows 10 Version 22H2 for x64-based Systems`. */
  readonly release: string;
  readonly scannedAt: string;
  readonly reportedAt: string;
  readonly reportedBy: 'kbgap';
  readonly errors: readonly string[];
  /** What was not judged, and why: without it no CVEs would look like none open. */
  readonly warnings: readonly string[];
  readonly scannedCves: Readonly<
    Record<string, { readonly cveID: string; readonly windowsKBFixedIns?: readonly string[] }>
  >;
  readonly runningKernel: { readonly release: ''; readonly version: string; readonly rebootRequired: boolean };
  readonly packages: Readonly<Record<string, never>>;
  /** Numbers without `KB`. */
  readonly windowsKB: { readonly applied: readonly string[]; readonly unapplied: readonly string[] };
  /** For what other tools know. */
  readonly Optional: { readonly kbgap: ReportOutcome };
}

interface Judged {
  readonly inventory: Inventory;
  readonly outcome: ReportOutcome;
  readonly assessment: Assessment;
  readonly now: Date;
  /** Whether the caller may read what is missing, and not only report. */
  readonly mayRead: boolean;
}

const withheld =
  'kbgap: scannedCves and windowsKB are empty because the token lacks the role Software.Read.All, not because nothing is open';

export function toVulsScanResult({ inventory, outcome, assessment, now, mayRead }: Judged): VulsScanResult {
  const { device, os, updates, pendingReboot } = inventory;
  const build = os.build === undefined ? undefined : formatWindowsBuild(os.build);
  return {
    jsonVersion: 4,
    serverName: device.name ?? outcome.deviceId,
    family: 'windows',
    release: assessment.os.productName ?? os.name ?? '',
    scannedAt: inventory.observedAt ?? now.toISOString(),
    reportedAt: now.toISOString(),
    reportedBy: 'kbgap',
    errors: [],
    warnings: [...warningsOf(assessment), ...(mayRead ? [] : [withheld])],
    scannedCves: mayRead ? openCves(assessment) : {},
    runningKernel: {
      release: '',
      version: assessment.os.build ?? build ?? '',
      rebootRequired: pendingReboot === true || assessment.installedRebootNeeded.length > 0,
    },
    packages: {},
    windowsKB: {
      applied: mayRead ? updates.filter(({ state }) => state === 'installed').map(({ kb }) => kb) : [],
      unapplied: mayRead ? assessment.missing.map(({ kb }) => kb) : [],
    },
    Optional: { kbgap: outcome },
  };
}

function warningsOf({ coverage, undetermined }: Assessment): readonly string[] {
  if (coverage === 'assessed') return [];
  return [
    `kbgap: ${coverage}`,
    ...undetermined.map(({ product, reason, detail }) => `${product}: ${reason}: ${detail}`),
  ];
}

/** Every open CVE, also one that no update fixes. */
function openCves({ openCves: open, missing }: Assessment): VulsScanResult['scannedCves'] {
  const fixedIn = new Map<string, string[]>(open.map((cve) => [cve, []]));
  for (const { kb, cves } of missing) for (const cve of cves) fixedIn.get(cve)?.push(formatKb(kb));
  return Object.fromEntries(
    [...fixedIn].map(([cve, kbs]) => [cve, { cveID: cve, ...(kbs.length === 0 ? {} : { windowsKBFixedIns: kbs }) }]),
  );
}
