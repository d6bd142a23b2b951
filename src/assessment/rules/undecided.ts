import type { ReportedSoftware, SoftwareFinding } from './rule.ts';

/** A finding that judges nothing and says why. */
export function undecided(
  software: ReportedSoftware,
  {
    why,
    ...shown
  }: Pick<SoftwareFinding, 'rule' | 'product' | 'products'> & {
    readonly why: NonNullable<SoftwareFinding['undetermined']>;
  },
): SoftwareFinding {
  return { ...shown, software, open: [], lacking: [], undetermined: why };
}
