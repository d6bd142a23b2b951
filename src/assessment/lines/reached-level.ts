import { findUbr } from '../../catalogue/build-history.ts';
import type { PatchState } from '../../inventory/patch-state.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { CumulativeLine } from './cumulative-line.ts';

/** How far along its line of cumulative updates a device stands, and what says so. */
export interface ReachedLevel {
  /** Place of the newest package that is in the device, -1 where none is. */
  readonly place: number;
  /**
   * `ubr`: the build; `installed-update`: an update of the list, of the line or known to the build history;
   * `answered-none`: the list was asked for, is whole and holds none; `nothing`: nobody can say.
   */
  readonly evidence: 'ubr' | 'installed-update' | 'answered-none' | 'nothing';
  /** The installed update that decided, if one did. */
  readonly kb: KbNumber | undefined;
  /** The highest UBR that is proved, by build or by an installed update. */
  readonly ubr: number | undefined;
  /** The newest installed update whose build lies above the running one: it awaits a restart. */
  readonly pending: KbNumber | undefined;
}

/**
 * The best of all evidence: packages up to the build's UBR, listed packages of the line, and listed hotpatches,
 * previews or out-of-band updates, which stand for their build. Whatever covers one package covers every earlier one.
 */
export function reachedLevel(line: CumulativeLine, state: PatchState, ubr: number | undefined): ReachedLevel {
  let place = ubr === undefined ? -1 : placeOfUbr(line, ubr);
  let highest = ubr;
  let decided: KbNumber | undefined;
  let pending: KbNumber | undefined;
  let pendingUbr: number | undefined;
  let listed = false;
  const { branch } = line.windows.version;
  for (const kb of speakingKbs(state, ubr)) {
    const own = line.placeOf.get(kb);
    const published = own === undefined ? hotpatchUbr(line, kb) : line.packages[own]?.ubr;
    const brought = published ?? findUbr(kb, branch, line.windows.side);
    if (own === undefined && brought === undefined) continue;
    listed = true;
    const reached = Math.max(own ?? -1, brought === undefined ? -1 : placeOfUbr(line, brought));
    if (ubr !== undefined && brought !== undefined && brought > ubr && brought > (pendingUbr ?? -1)) {
      pending = kb;
      pendingUbr = brought;
    }
    if (reached > place) {
      place = reached;
      decided = kb;
    }
    if (brought !== undefined && brought > (highest ?? -1)) highest = brought;
  }
  const evidence = evidenceOf({ ubr, decided, listed, state });
  return { place, evidence, kb: decided, ubr: highest, pending };
}

/** Installed updates that say how far the device is: a build that was seen later than an update silences it. */
export function speakingKbs(state: PatchState, ubr: number | undefined): readonly KbNumber[] {
  const { installedKbs, earlierKbs } = state;
  if (ubr === undefined || earlierKbs === undefined) return installedKbs;
  const silent = new Set(earlierKbs);
  return installedKbs.filter((kb) => !silent.has(kb));
}

function hotpatchUbr({ hotpatches }: CumulativeLine, kb: KbNumber): number | undefined {
  return hotpatches.find((each) => each.kb === kb)?.ubr;
}

interface Told {
  readonly ubr: number | undefined;
  readonly decided: KbNumber | undefined;
  readonly listed: boolean;
  readonly state: PatchState;
}

function evidenceOf({ ubr, decided, listed, state }: Told): ReachedLevel['evidence'] {
  if (decided !== undefined) return 'installed-update';
  if (ubr !== undefined) return 'ubr';
  if (listed) return 'installed-update';
  return state.updateList === 'complete' ? 'answered-none' : 'nothing';
}

/** The last package whose UBR is reached; one without is, with the next that has one or with what was released after it. */
function placeOfUbr({ packages }: CumulativeLine, ubr: number): number {
  return packages.findLastIndex((each) => (each.ubr ?? each.heldFrom ?? Infinity) <= ubr);
}
