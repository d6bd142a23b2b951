import { judgeCumulativeLine } from '../lines/cumulative-judgement.ts';
import { isOnHotpatchTrack } from '../lines/hotpatch-track.ts';
import { isRollupLine } from '../lines/rollup-line.ts';
import type { WindowsRule } from './rule.ts';

/**
 * Windows 10, 11, Server 2016 and later, with EdgeHTML and Internet Explorer inside: a cumulative update carries every
 * earlier fix of its line, so the place that the device has reached decides. Hotpatched devices never come here:
 * `windowsHotpatch` stands before this rule. Source: the verdict's specification, section 3.
 */
export const windowsCumulative: WindowsRule = {
  id: 'windows-cumulative',
  judges: 'windows',
  judge(input) {
    return isRollupLine(input.line) || isOnHotpatchTrack(input) ? undefined : judgeCumulativeLine(input, 'cumulative');
  },
};
