import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { PatchState } from '../../inventory/patch-state.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { UpdateKind } from '../../terms/update-kind.ts';
import type { UndeterminedReason } from '../assessment.ts';
import type { OsCandidate } from '../identify-os.ts';
import type { CumulativeLine } from './cumulative-line.ts';
import type { ReachedLevel } from './reached-level.ts';

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
  readonly reason: UndeterminedReason;
  readonly detail: string;
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

/** One servicing model. `judge` is pure; it answers `undefined` where the device has no product of the model. */
export interface AssessmentRule {
  readonly id: string;
  judge(input: RuleInput): RuleFinding | undefined;
}
