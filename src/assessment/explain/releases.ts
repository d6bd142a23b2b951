import type { KbNumber } from '../../terms/kb-number.ts';
import type { JudgedDevice } from './judged-device.ts';

/**
 * The day (UTC) that an as-of date is held against: of an update its release, on the device's own line by the place it has
 * there; of a fix without a KB the day of its document.
 */
export function releaseOf({ catalogue, input }: JudgedDevice, kb: KbNumber | null, vulnerability: number): string {
  const published = catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10);
  if (kb === null) return published;
  const place = input?.line.placeOf.get(kb);
  const onLine = place === undefined ? undefined : input?.line.packages[place]?.releasedOn;
  return onLine ?? catalogue.findRelease(kb)?.releasedOn ?? published;
}
