import type { InstalledUpdate } from '../installed-update.ts';
import { kbsNamedIn } from './kb-names.ts';
import { parseInstallDay } from './install-day.ts';

/**
 * What one row of Win32_QuickFixEngineering says is installed. `KB2510531-IE8` and `KB893803v2` name their KB; of `File 1`,
 * as Windows XP and 2003 have it for each file of an update, the service pack column (`ServicePackInEffect`) does.
 */
export function updatesOfQuickFix(
  hotFixId: unknown,
  servicePack: unknown,
  installedOn: unknown,
): readonly InstalledUpdate[] {
  const own = typeof hotFixId === 'string' ? kbsNamedIn(hotFixId) : [];
  const kbs = own.length > 0 || typeof servicePack !== 'string' ? own : kbsNamedIn(servicePack);
  return kbs.map((kb) => ({ kb, installedOn: parseInstallDay(installedOn), state: 'installed' }));
}
