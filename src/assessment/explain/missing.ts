import type { KbNumber } from '../../terms/kb-number.ts';
import type { JudgedDevice } from './judged-device.ts';

interface Missing {
  readonly ofOs: boolean;
  /** The missing update that replaces it, as the assessment tells it. */
  readonly replacedBy: KbNumber | null;
}

/** How an update is missing; `undefined` where it is not. */
export function missingUpdate({ parts, stop }: JudgedDevice, kb: KbNumber): Missing | undefined {
  if (stop !== undefined) return undefined;
  let found: Missing | undefined;
  for (const { lacking } of parts) {
    const each = lacking.find((update) => update.kb === kb);
    if (each === undefined) continue;
    found = found === undefined ? each : { ofOs: found.ofOs || each.ofOs, replacedBy: replacedForBoth(found, each) };
  }
  return found;
}

/** Of several products it is replaced only where each has a newer one, but for Windows, whose line decides for its parts. */
function replacedForBoth(a: Missing, b: Missing): KbNumber | null {
  if (a.ofOs || b.ofOs) return a.replacedBy ?? b.replacedBy;
  return a.replacedBy === null || b.replacedBy === null ? null : a.replacedBy;
}

/** How many distinct CVEs, no advisories, are open on the device that the update closes. */
export function countClosed({ catalogue, parts }: JudgedDevice, kb: KbNumber): number {
  const open = parts.flatMap((part) => part.open).filter(({ kbs }) => kbs.includes(kb));
  return new Set(open.flatMap(({ vulnerability }) => catalogue.cveKey(vulnerability) ?? [])).size;
}
