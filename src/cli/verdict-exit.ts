import type { Assessment } from '../assessment/assessment.ts';
import { exitCodes, UsageError } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';

/** Classes of finding that can be made to count for the exit code. */
export const failClasses = ['missing', 'kev', 'critical', 'undetermined', 'stale'] as const;
export type FailClass = (typeof failClasses)[number];

/** Facts that the exit code is made from. */
export interface Verdicts {
  readonly assessments: readonly Assessment[];
  readonly unreadable: number;
  readonly stale: boolean;
  readonly critical: (assessment: Assessment) => boolean;
  /** Whether a missing update fixes a CVE of KEV; `undefined` without such a feed. */
  readonly kev: ((assessment: Assessment) => boolean) | undefined;
}

/** @throws {UsageError} for a class that is none. */
export function parseFailOn(names: readonly string[] | undefined): ReadonlySet<FailClass> {
  if (names === undefined) return new Set(['missing', 'undetermined']);
  return new Set(
    names.map((name) => {
      const found = failClasses.find((each) => each === name);
      if (found === undefined)
        throw new UsageError(`--fail-on: expected one of ${failClasses.join(', ')}, got "${name}"`);
      return found;
    }),
  );
}

/** 2 wins, then 1, then 3. `kev` without its feed counts as not judged. */
export function verdictExit(
  classes: ReadonlySet<FailClass>,
  { assessments, unreadable, stale, critical, kev }: Verdicts,
): ExitCode {
  if (unreadable > 0) return exitCodes.unusable;
  const missing =
    classes.has('missing') && assessments.some((each) => each.missing.length > 0 || each.openCves.length > 0);
  const exploited = classes.has('kev') && kev !== undefined && assessments.some(kev);
  if (missing || exploited || (classes.has('critical') && assessments.some(critical))) return exitCodes.missing;
  const undetermined = classes.has('undetermined') && assessments.some(({ coverage }) => coverage !== 'assessed');
  return undetermined || (classes.has('kev') && kev === undefined) || (classes.has('stale') && stale)
    ? exitCodes.undetermined
    : exitCodes.clean;
}
