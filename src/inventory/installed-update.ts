import type { KbNumber } from '../terms/kb-number.ts';

/** `installed` is the only state that proves anything; a staged or pending package is named but not counted. */
export type UpdateState = 'installed' | 'staged' | 'pending' | 'superseded' | 'uninstalled';

/** One line of a device's update list. */
export interface InstalledUpdate {
  readonly kb: KbNumber;
  /** ISO date `2020-02-12`; `undefined` where the source has none or writes it in a form only its locale explains. */
  readonly installedOn: string | undefined;
  readonly state: UpdateState;
}
