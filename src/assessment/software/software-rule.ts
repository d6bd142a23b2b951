import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { UndeterminedReason } from '../assessment.ts';
import type { LackingUpdate, OpenVulnerability } from '../rules/rule.ts';

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
  readonly installed: ReadonlySet<KbNumber>;
  /** `YYYY-MM-DD`, or `null` for all that the catalogue knows. */
  readonly asOf: string | null;
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
  readonly undetermined: { readonly reason: UndeterminedReason; readonly detail: string } | undefined;
}

/** One servicing model of installed software. `judge` is pure; `undefined` where the software is not of the model. */
export interface SoftwareRule {
  readonly id: string;
  judge(input: SoftwareInput): SoftwareFinding | undefined;
}
