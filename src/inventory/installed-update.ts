import { compareKbNumbers, tryParseKbNumber } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';

/** `installed` is the only state that proves anything; a staged or pending package is named but not counted. */
export const updateStates = ['installed', 'staged', 'pending', 'superseded', 'uninstalled'] as const;
export type UpdateState = (typeof updateStates)[number];

/** One line of a device's update list. */
export interface InstalledUpdate {
  readonly kb: KbNumber;
  /** ISO date `2020-02-12`; `undefined` where the source has none or writes it in a form only its locale explains. */
  readonly installedOn: string | undefined;
  readonly state: UpdateState;
}

/** Updates of a list that tells no more than their names: texts that are no KB are left out. */
export function listInstalled(names: readonly string[]): readonly InstalledUpdate[] {
  const kbs = new Set(names.flatMap((name) => tryParseKbNumber(name) ?? []));
  return inOrder([...kbs].map((kb) => ({ kb, installedOn: undefined, state: 'installed' })));
}

/** By KB number, each KB once: where a list names one twice, its installed line counts. */
export function inOrder(updates: readonly InstalledUpdate[]): readonly InstalledUpdate[] {
  const byKb = new Map<KbNumber, InstalledUpdate>();
  for (const update of updates) {
    const before = byKb.get(update.kb);
    byKb.set(update.kb, before === undefined ? update : stronger(before, update));
  }
  return [...byKb.values()].sort((a, b) => compareKbNumbers(a.kb, b.kb));
}

/** The same one whichever comes first. */
function stronger(a: InstalledUpdate, b: InstalledUpdate): InstalledUpdate {
  const rank = ({ state, installedOn }: InstalledUpdate): string =>
    `${updateStates.indexOf(state)} ${installedOn === undefined ? '~' : installedOn}`;
  return rank(a) <= rank(b) ? a : b;
}
