import { dotnetFramework } from './dotnet-framework.ts';
import { flashPlayer } from './flash-player.ts';
import type { AssessmentRule } from './rule.ts';
import { windowsCumulative } from './windows-cumulative.ts';
import { windowsRollup } from './windows-rollup.ts';

/** Every servicing model that is judged, narrow before broad. */
export const rules: readonly AssessmentRule[] = [flashPlayer, dotnetFramework, windowsRollup, windowsCumulative];

/** Version of the rules and of the tables that they read: part of a verdict's identity. */
export const ruleSetVersion = '2';
