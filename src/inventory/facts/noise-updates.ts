import type { KbNumber } from '../../terms/kb-number.ts';

/** Definitions, the Malicious Software Removal Tool, the Windows Security app: listed often, they never decide. */
const noise: ReadonlySet<string> = new Set(['2267602', '890830', '5007651']);

/** Whether an update is renewed all the time and says nothing about what is missing. */
export function isNoise(kb: KbNumber): boolean {
  return noise.has(kb);
}
