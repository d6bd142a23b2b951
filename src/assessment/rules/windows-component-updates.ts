import { judgeRollupLine } from '../lines/rollup-judgement.ts';
import { isRollupLine } from '../lines/rollup-line.ts';
import type { WindowsRule } from './rule.ts';

/**
 * Updates of single components of a Windows before 10: all that there was before October 2016, and what no rollup's rows
 * name since. Each is needed, unless a rollup that came later is in evidence.
 * Source: the verdict's specification, section 4.
 */
export const windowsComponentUpdates: WindowsRule = {
  id: 'windows-component-updates',
  judges: 'windows',
  judge(input) {
    return isRollupLine(input.line) ? judgeRollupLine(input, input.line, 'component') : undefined;
  },
};
