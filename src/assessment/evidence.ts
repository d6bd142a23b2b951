import type { KbNumber } from '../terms/kb-number.ts';
import type { ReleaseId } from '../terms/release-id.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import type { UndeterminedReason } from './assessment.ts';

/** What can be explained. */
export type ExplainSubject = { readonly kb: KbNumber } | { readonly vulnerability: VulnerabilityId };

/** `not-applicable`: it is for nothing on the device, is not yet released, or is never what the device is to install. */
export type EvidenceVerdict = 'missing' | 'remediated' | 'undetermined' | 'not-applicable';

/** Where a fact comes from. */
export type FactSource =
  | "report's operating system"
  | "report's update list"
  | "report's software"
  | "report's components"
  | 'question'
  | 'product names of the documents'
  | 'FixedBuild of the documents'
  | 'build-history table'
  | 'rows of the documents';

export interface EvidenceFact {
  /** `os.build`, `updates.counted`, `level` … */
  readonly fact: string;
  readonly value: string;
  readonly source: FactSource;
}

/** Why a published fix was taken or passed over. */
export const alternativeReasons = [
  /** The device's update list names it as installed. */
  'installed',
  /** The device stands at or above it. */
  'reached',
  /** What the device has carries it. */
  'carried',
  /** What is to be installed. */
  'offered',
  /** Missing, but a newer missing update replaces it. */
  'replaced',
  /** Something else closes the same already. */
  'not-needed',
  /** A hotpatch, and the device is on cumulative updates. */
  'off-hotpatch-track',
  /** The device has it, but none of its rows names what is open. */
  'not-named',
  /** A Security Only update: it holds its own month alone and is accepted, never offered. */
  'month-only',
  /** A cumulative update of Internet Explorer alone: accepted, and offered only where no rollup has the fix. */
  'explorer-only',
  /** Preview, alternate, standalone: accepted where installed, never offered. */
  'never-offered',
  /** A package that is filed under a Windows it does not belong to. */
  'misfiled',
  /** Its build is of another Windows or of another cumulative update. */
  'foreign-build',
  /** It is for another servicing line of the same software. */
  'other-line',
  /** A servicing stack or setup update: it opens and closes nothing. */
  'servicing-stack',
  /** Released after the as-of date. */
  'later',
  /** Nothing that was reported can show whether it is installed. */
  'not-shown',
] as const;
export type AlternativeReason = (typeof alternativeReasons)[number];

/** One published way to close what the subject is about, and whether it is what counts on this device. */
export interface Alternative {
  /** `null` for a fix without a KB: a version. */
  readonly kb: KbNumber | null;
  /** As published: `Security Update`, `Monthly Rollup`; `''` where the rows give none. */
  readonly subType: string;
  readonly fixedBuild: string | null;
  /** The product of the device that it is for. */
  readonly product: string;
  /** It closes the subject on this device, or is what the device is to install. */
  readonly taken: boolean;
  readonly reason: AlternativeReason;
  /** One sentence. */
  readonly why: string;
}

/** A change of what was reported or asked. Every key that is there is changed, all at once. */
export interface FlipChange {
  /** In the update list as installed. */
  readonly installed?: readonly KbNumber[];
  /** No longer in the update list. */
  readonly notInstalled?: readonly KbNumber[];
  /** The running build, `10.0.19045.3930`. */
  readonly build?: string;
  readonly software?: { readonly name: string; readonly version: string };
  /** The update list was asked for and is whole. */
  readonly wholeUpdateList?: true;
  readonly asOf?: string;
}

/** What would turn the verdict. */
export interface Flip {
  /** One sentence. */
  readonly says: string;
  /** The change that was tried, and the verdict it led to; `null` where only a person can make it. */
  readonly change: FlipChange | null;
  readonly to: EvidenceVerdict | null;
}

/** A Vendor Fix row that was relied on. */
export interface EvidenceRow {
  readonly vulnerability: VulnerabilityId;
  readonly kb: KbNumber | null;
  readonly subType: string;
  readonly product: string;
  readonly fixedBuild: string | null;
  readonly releaseId: ReleaseId;
}

/** Why an update (or a vulnerability) ended as it did on one device; built on demand. */
export interface Evidence {
  readonly subject: ExplainSubject;
  readonly verdict: EvidenceVerdict;
  /** Why it could not be judged; `null` unless the verdict is `undetermined`. */
  readonly reason: UndeterminedReason | null;
  /** Id of the rule that judged, e.g. `windows-cumulative`; `none` where none did. */
  readonly rule: string;
  /** What counted, and where each comes from. */
  readonly facts: readonly EvidenceFact[];
  /** The advisory documents relied on, with their revision and hash, oldest first. */
  readonly documents: readonly {
    readonly releaseId: ReleaseId;
    readonly revisedAt: string;
    readonly hash: string;
  }[];
  readonly rows: readonly EvidenceRow[];
  readonly alternatives: readonly Alternative[];
  /** Sentences a technician understands, in order. */
  readonly because: readonly string[];
  /** The sentences of `flips`. */
  readonly wouldFlip: readonly string[];
  readonly flips: readonly Flip[];
}
