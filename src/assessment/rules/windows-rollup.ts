import { judgeRollupLine } from '../lines/rollup-judgement.ts';
import { isRollupLine } from '../lines/rollup-line.ts';
import type { WindowsRule } from './rule.ts';

/**
 * Windows 7, 8.1, Server 2008 to 2012 R2, with Internet Explorer: Monthly Rollup, Security Only and IE Cumulative update
 * are alternatives. The update list tells, or the UBR. Source: the verdict's specification, section 4.
 */
export const windowsRollup: WindowsRule = {
  id: 'windows-rollup',
  judges: 'windows',
  judge(input) {
    return isRollupLine(input.line) ? judgeRollupLine(input, input.line, 'rollup') : undefined;
  },
};
