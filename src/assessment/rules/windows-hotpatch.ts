import { judgeCumulativeLine } from '../lines/cumulative-judgement.ts';
import { isOnHotpatchTrack } from '../lines/hotpatch-track.ts';
import { isRollupLine } from '../lines/rollup-line.ts';
import type { WindowsRule } from './rule.ts';

/**
 * Windows on the hotpatch track: between two baselines a hotpatch fixes a month at a build of its own, lower or higher than
 * the cumulative update's, and is the update to install; in baseline months, and for what only the cumulative update
 * fixes, that one is. Source: the verdict's specification, section 3.5.
 */
export const windowsHotpatch: WindowsRule = {
  id: 'windows-hotpatch',
  judges: 'windows',
  judge(input) {
    return isRollupLine(input.line) || !isOnHotpatchTrack(input) ? undefined : judgeCumulativeLine(input, 'hotpatch');
  },
};
