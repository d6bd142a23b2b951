import { nameKey } from '../../store/name-key.ts';
import type { DeviceRow } from '../../store/store.ts';
import type { Contribution } from '../contribution.ts';
import type { ViewContext } from './view-context.ts';

/** Sorted by what the store keeps, or by what the verdict on the patch state says. */
export const storedSorts = ['name', 'reportedAt', 'firstSeenAt'] as const;
export const stateSorts = [
  'build',
  'behind',
  'missing',
  'install',
  'openCves',
  'exploited',
  'coverage',
  'servicing',
] as const;
export type DeviceSort = (typeof storedSorts)[number] | (typeof stateSorts)[number];

export function isStored(sort: DeviceSort): sort is (typeof storedSorts)[number] {
  return (storedSorts as readonly string[]).includes(sort);
}

/** Where the store goes on behind this device, in the order of the sort. */
export function placeOf(device: DeviceRow, sort: (typeof storedSorts)[number]): readonly (string | null)[] {
  const value = device[sort];
  return [sort === 'name' && value !== null ? nameKey(value) : value, device.id];
}

const coverages = ['not-assessed', 'partly-assessed', 'assessed'] as const;
const servicings = [null, 'end-of-servicing', 'esu', 'supported'] as const;

/** What is not known stands below all that is. */
export function stateOrder(view: ViewContext, sort: (typeof stateSorts)[number]): (state: Contribution) => number {
  switch (sort) {
    case 'build':
      return ({ os }) => buildNumber(os.build);
    case 'behind':
      return ({ level }) => level?.daysBehind ?? -1;
    case 'missing':
      return ({ missing }) => missing.length;
    case 'install':
      return ({ install }) => install.length;
    case 'openCves':
      return ({ openCves }) => openCves;
    case 'exploited': {
      const exploited = view.exploited();
      return (state) => exploited?.of(state).size ?? 0;
    }
    case 'coverage':
      return ({ coverage }) => coverages.indexOf(coverage);
    case 'servicing':
      return ({ os }) => servicings.indexOf(os.servicing);
  }
}

/** `10.0.26100.4061` as a number that sorts alike; builds lie below 100,000, their revisions too. */
function buildNumber(build: string | null): number {
  const [major = 0, minor = 0, number = 0, ubr = 0] = (build ?? '').split('.').map(Number);
  return ((major * 100 + minor) * 100_000 + number) * 100_000 + ubr;
}
