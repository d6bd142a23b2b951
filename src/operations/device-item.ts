import type { Assessment, AssessedOs, Coverage, MissingUpdate, Undetermined } from '../assessment/assessment.ts';
import type { Staleness, StalenessReason } from '../catalogue/staleness.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import { ruleSetVersion } from '../assessment/rules/rules.ts';
import type { DeviceLifecycle } from './device-lifecycle.ts';
import type { JoinedUpdate, JoinedVerdict } from './joined-facts.ts';

/** One device of a `kbgap-assessment/1` document: keys and their order are fixed. */
export interface DeviceItem {
  readonly source: string;
  readonly name: string | null;
  readonly os: AssessedOs;
  readonly coverage: Coverage;
  readonly undetermined: readonly Undetermined[];
  readonly install: readonly KbNumber[];
  readonly missing: readonly MissingUpdate[];
  /** Distinct open CVEs, with or without a KB. */
  readonly openCves: number;
  /** Updates that are installed and take effect with the next restart. */
  readonly installedRebootNeeded: readonly KbNumber[];
}

/** The same with what feeds, ratings and life cycles say. */
export interface JoinedDeviceItem extends Omit<DeviceItem, 'missing'> {
  readonly missing: readonly JoinedUpdate[];
  readonly lifecycle: DeviceLifecycle | null;
}

/** Whether `missing` holds every missed month or only what is to be installed. */
export type MissingKbsList = 'all' | 'latest';

/** The head of a `kbgap-assessment/1` document. */
export interface AssessmentDocument {
  readonly schema: 'kbgap-assessment/1';
  readonly catalogue: {
    readonly id: string;
    readonly ruleSet: string;
    readonly newestRelease: string | null;
    readonly currentTo: string | null;
    /** Whether it cannot know all that has been published, and why. */
    readonly stale: boolean;
    readonly staleReason: StalenessReason | null;
  };
  readonly asOf: string | null;
  readonly devices: readonly DeviceItem[];
}

/** An assessment as it is shown: `source` is the file or the store that the facts are from. */
export function toDeviceItem(
  { source, name }: { readonly source: string; readonly name: string | null },
  assessment: Assessment,
  list: MissingKbsList = 'all',
): DeviceItem {
  const missing =
    list === 'all' ? assessment.missing : assessment.missing.filter(({ replacedBy }) => replacedBy === null);
  return {
    source,
    name,
    os: assessment.os,
    coverage: assessment.coverage,
    undetermined: assessment.undetermined,
    install: assessment.install,
    missing,
    openCves: assessment.openCves.length,
    installedRebootNeeded: assessment.installedRebootNeeded,
  };
}

/** `item` is that of `assessment`, and `joined` what stands beside it. Keys and their order stay, the joined ones come behind those of each missing update. */
export function joinItem(
  item: DeviceItem,
  assessment: Assessment,
  { missing: joined, lifecycle }: JoinedVerdict,
): JoinedDeviceItem {
  const missing = assessment.missing.flatMap((update, index) => {
    const fields = joined[index];
    return fields !== undefined && item.missing.includes(update) ? [{ ...update, ...fields }] : [];
  });
  return { ...item, missing, lifecycle };
}

export function toAssessmentDocument(
  { catalogue, stale, asOf }: JudgedBy,
  devices: readonly DeviceItem[],
): AssessmentDocument {
  return { schema: 'kbgap-assessment/1', catalogue: shownCatalogue(catalogue, stale), asOf, devices };
}

/** What verdicts were made by. */
export interface JudgedBy {
  readonly catalogue: Pick<AssessmentDocument['catalogue'], 'id' | 'newestRelease' | 'currentTo'>;
  readonly stale: Staleness | undefined;
  readonly asOf: string | null;
}

/** The catalogue as it is named beside verdicts. */
export function shownCatalogue(
  { id, newestRelease, currentTo }: JudgedBy['catalogue'],
  stale: Staleness | undefined,
): AssessmentDocument['catalogue'] {
  const age = { stale: stale !== undefined, staleReason: stale?.reason ?? null };
  return { id, ruleSet: ruleSetVersion, newestRelease, currentTo, ...age };
}
