import { tryParseKbNumber } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';

/** Six digits that a narrow table cut off (`KB503412…`) are no KB. */
const named = /(?<![\w?=&/])KB ?(\d{7}(?!\d)|\d{6}(?!\d|…|\.\.\.))/gi;

/** The KBs that a text names as `KB5034122`, each once, in the text's order; those inside an address do not count. */
export function kbsNamedIn(text: string): readonly KbNumber[] {
  const found = Array.from(text.matchAll(named), (match) => match[1] ?? '');
  return [...new Set(found.flatMap((kb) => tryParseKbNumber(kb) ?? []))];
}
