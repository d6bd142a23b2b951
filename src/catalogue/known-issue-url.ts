import type { KbNumber } from '../terms/kb-number.ts';

/** Where nearly every Known Issue row points: the support article of the update. */
export function knownIssueUrl(kb: KbNumber): string {
  return `https://support.microsoft.com/help/${kb}`;
}
