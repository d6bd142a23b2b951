import { tryParseKbNumber } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';

/** The KBs that a text names as `KB5034122`, each once, in the text's order; those inside an address do not count. */
export function kbsNamedIn(text: string): readonly KbNumber[] {
  const found = Array.from(text.matchAll(/(?<![\w?=&/])KB ?(\d{6,7})(?!\d)/gi), (match) => match[1] ?? '');
  return [...new Set(found.flatMap((kb) => tryParseKbNumber(kb) ?? []))];
}
