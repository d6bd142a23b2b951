import { dotnetFramework } from './dotnet-framework.ts';
import { dotnetRuntime } from './dotnet-runtime.ts';
import { edgeChromium } from './edge-chromium.ts';
import { edgeUpdate } from './edge-update.ts';
import { exchangeServer } from './exchange-server.ts';
import { fixedVersionProduct } from './fixed-version.ts';
import { flashPlayer } from './flash-player.ts';
import { officeClickToRun } from './office-click-to-run.ts';
import { officeMsi } from './office-msi.ts';
import { powershell } from './powershell.ts';
import type { AssessmentRule, SoftwareRule, WindowsRule } from './rule.ts';
import { sharepointServer } from './sharepoint-server.ts';
import { sqlServer } from './sql-server.ts';
import { visualStudio } from './visual-studio.ts';
import { windowsComponentUpdates } from './windows-component-updates.ts';
import { windowsCumulative } from './windows-cumulative.ts';
import { windowsHotpatch } from './windows-hotpatch.ts';
import { windowsRollup } from './windows-rollup.ts';

/**
 * Every servicing model that is judged, narrow before broad: each piece of software goes to the first rule that knows it,
 * each part of Windows to those that are answerable for it.
 */
export const rules: readonly AssessmentRule[] = [
  flashPlayer,
  dotnetFramework,
  windowsComponentUpdates,
  windowsRollup,
  windowsHotpatch,
  windowsCumulative,
  sqlServer,
  exchangeServer,
  sharepointServer,
  officeClickToRun,
  officeMsi,
  edgeChromium,
  edgeUpdate,
  visualStudio,
  dotnetRuntime,
  powershell,
  fixedVersionProduct,
];

export const windowsRules: readonly WindowsRule[] = rules.filter((rule) => rule.judges === 'windows');
export const softwareRules: readonly SoftwareRule[] = rules.filter((rule) => rule.judges === 'software');

/** Version of the rules and of the tables that they read: part of a verdict's identity. */
export const ruleSetVersion = '4';
