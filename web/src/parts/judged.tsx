import type { Overview } from '../api/contract.ts';
import { useAnswer } from '../api/queries.ts';
import { useTexts } from '../texts/language-provider.tsx';

/** On how many devices a count rests: "nothing missing" is never said alone. */
export function Judged() {
  const { judged } = useTexts();
  const { data } = useAnswer<Overview>('/v1/overview');
  if (data === undefined) return null;
  const { total, assessed, partlyAssessed } = data.devices;
  const count = assessed + partlyAssessed;
  if (count === 0) return judged.none;
  return count === total ? judged.all(total) : judged.some(count, total);
}
