import type { AssessedOs, Coverage, ProductVerdict, UndeterminedReason } from '../assessment/assessment.ts';
import type { ProductFindings } from '../assessment/findings.ts';
import type { PatchLevel } from '../assessment/patch-level.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { UpdateKind } from '../terms/update-kind.ts';

/** What one device in a patch state adds to its tenant's exposure: all that is counted without looking at a device. */
export interface Contribution {
  readonly coverage: Coverage;
  readonly missing: readonly KbNumber[];
  /** `Windows10` …; `null` where neither verdict nor report tells. */
  readonly osPlatform: string | null;
  /** Build number without the revision. */
  readonly osBuild: number | null;
  /** Distinct CVEs open on the device. */
  readonly openCves: number;
  /** The lists of what is open in its software, each once: one object for all states that have the same. */
  readonly open: readonly ProductFindings[];
  /** In the verdict's order, the operating system first. */
  readonly software: readonly InstalledSoftware[];
  readonly os: AssessedOs;
  /** What sort of update each of `missing` is, in the same order. */
  readonly kinds: readonly UpdateKind[];
  /** By which each of `missing` is replaced, in the same order. */
  readonly replacedBy: readonly (KbNumber | null)[];
  /** Of `missing`, those that nothing replaces. */
  readonly install: readonly KbNumber[];
  /** Why something could not be judged, each once, sorted. */
  readonly reasons: readonly UndeterminedReason[];
  readonly level: PatchLevel | null;
  /** The report says that a restart is due, or an installed update waits for one. */
  readonly restartPending: boolean;
}

/** A product in one version with what is open in it: one object for all patch states that have it so. */
export interface InstalledSoftware {
  /** `microsoft-_-edge`; several products of a device may share one. */
  readonly id: string;
  readonly vendor: string;
  readonly slug: string;
  readonly version: string | null;
  /** MSRC's id; `null` for software that maps to no published product. */
  readonly productId: ProductVerdict['productId'];
  readonly verdict: ProductVerdict['verdict'];
  /** Whether it is the operating system itself. */
  readonly isOs: boolean;
  /** How many CVEs are open in it. */
  readonly weaknesses: number;
  /** Which; shared by all software in which the same is open. */
  readonly findings: ProductFindings;
}

/** Of a state that could not be judged at all. */
export const noContribution: Contribution = {
  coverage: 'not-assessed',
  missing: [],
  osPlatform: null,
  osBuild: null,
  openCves: 0,
  open: [],
  software: [],
  os: {
    productId: null,
    productName: null,
    build: null,
    architecture: null,
    installationType: null,
    servicing: null,
  },
  kinds: [],
  replacedBy: [],
  install: [],
  reasons: [],
  level: null,
  restartPending: false,
};
