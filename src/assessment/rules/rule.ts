import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { PatchState } from '../../inventory/patch-state.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { UpdateKind } from '../../terms/update-kind.ts';
import type { UndeterminedReason } from '../assessment.ts';
import type { OsCandidate } from '../identify-os.ts';
import type { CumulativeLine } from '../lines/cumulative-line.ts';
import type { ReachedLevel } from '../lines/reached-level.ts';

/** What every rule is given: one device whose Windows is known, one catalogue, one date. */
export interface RuleInput {
  readonly catalogue: Catalogue;
  readonly state: PatchState;
  readonly installed: ReadonlySet<KbNumber>;
  readonly os: OsCandidate;
  readonly ubr: number | undefined;
  /** `YYYY-MM-DD`: only updates released on or before it count; `null` for all that the catalogue knows. */
  readonly asOf: string | null;
  readonly line: CumulativeLine;
  readonly level: ReachedLevel;
}

/** One vulnerability that is open on one product, with the updates that close it; none where no KB does. */
export interface OpenVulnerability {
  readonly vulnerability: number;
  readonly product: number;
  readonly kbs: readonly KbNumber[];
}

/** An update that the device lacks, before it is dressed for showing. */
export interface LackingUpdate {
  readonly kb: KbNumber;
  readonly kind: UpdateKind;
  /** Whether it is of the operating system: its row then carries the device's build number. */
  readonly ofOs: boolean;
  readonly replacedBy: KbNumber | null;
}

export interface UndeterminedProduct {
  readonly product: number;
  /** What it is called where it is not the published product itself: a version that no document names. */
  readonly name?: string;
  readonly reason: UndeterminedReason;
  readonly detail: string;
  /** The updates that it is about, where it is about some only. */
  readonly kbs?: readonly KbNumber[];
}

/** What a rule found for the products that it judges. */
export interface RuleFinding {
  /** Products of the device that this rule is answerable for. */
  readonly products: readonly number[];
  readonly open: readonly OpenVulnerability[];
  readonly lacking: readonly LackingUpdate[];
  readonly undetermined: readonly UndeterminedProduct[];
  /** Ids whose rows stand in for lost rows of a product, by KB. */
  readonly standIns: ReadonlyMap<KbNumber, number>;
}

/** Software as reported. */
export interface ReportedSoftware {
  readonly name: string;
  readonly vendor: string | null;
  readonly version: string | null;
}

/** What a rule for installed software is given: one product of one device, one catalogue, one date. */
export interface SoftwareInput {
  readonly catalogue: Catalogue;
  readonly software: ReportedSoftware;
  /** Everything that the device reported, this one included: instances of one product stand side by side. */
  readonly reported: readonly ReportedSoftware[];
  readonly installed: ReadonlySet<KbNumber>;
  /** How far the list of updates can be trusted to name what is installed. */
  readonly updateList: PatchState['updateList'];
  /** `YYYY-MM-DD`, or `null` for all that the catalogue knows. */
  readonly asOf: string | null;
}

/** Why software could not, or not wholly, be judged. */
export interface UndeterminedSoftware {
  readonly reason: UndeterminedReason;
  readonly detail: string;
  /** The vulnerabilities that it is about, where it is about some only. */
  readonly vulnerabilities?: readonly number[];
}

/** What a rule found for one piece of software. */
export interface SoftwareFinding {
  readonly rule: string;
  readonly software: ReportedSoftware;
  /** The published product that it is shown as. */
  readonly product: number;
  /** All published products of its servicing line: names and counts of updates are over these. */
  readonly products: readonly number[];
  readonly open: readonly OpenVulnerability[];
  readonly lacking: readonly LackingUpdate[];
  readonly undetermined: UndeterminedSoftware | undefined;
}

/** A servicing model of Windows and what is serviced on it. `judge` is pure; `undefined` where the device has no product of it. */
export interface WindowsRule {
  readonly id: string;
  readonly judges: 'windows';
  judge(input: RuleInput): RuleFinding | undefined;
}

/** A servicing model of installed software. `judge` is pure; `undefined` where the software is not of the model. */
export interface SoftwareRule {
  readonly id: string;
  readonly judges: 'software';
  judge(input: SoftwareInput): SoftwareFinding | undefined;
}

export type AssessmentRule = WindowsRule | SoftwareRule;
