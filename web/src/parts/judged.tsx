import type { CoverageCounts, Overview } from '../api/contract.ts';
import { useAnswer } from '../api/queries.ts';
import type { Texts } from '../texts/en.ts';
import { useTexts } from '../texts/language-provider.tsx';

/** On how many devices a count rests: "nothing missing" is never said alone. */
export function Judged() {
  const { judged } = useTexts();
  const { data } = useAnswer<Overview>('/v1/overview');
  return data === undefined ? null : judgedOf(data, judged);
}

/** How well the listed devices are judged, beside their number; of a filtered list also how many were judged at all. */
export function ListedCoverage({
  coverage: { assessed, partlyAssessed, notAssessed },
  isFiltered,
}: {
  readonly coverage: CoverageCounts;
  readonly isFiltered: boolean;
}) {
  const { judged } = useTexts();
  const { data } = useAnswer<Overview>('/v1/overview');
  const listed = judged.coverageOf(assessed, partlyAssessed, notAssessed);
  return isFiltered && data !== undefined ? listed + judged.fleet(judgedOf(data, judged)) : listed;
}

/** `9 of 10 devices judged` */
export function judgedOf({ devices: { total, assessed, partlyAssessed } }: Overview, judged: Texts['judged']): string {
  const count = assessed + partlyAssessed;
  if (count === 0) return judged.none;
  return count === total ? judged.all(total) : judged.some(count, total);
}
