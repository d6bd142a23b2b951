import { parseBuild } from '../../facts/build-number.ts';
import { kbsNamedIn } from '../../facts/kb-names.ts';
import { parseInstallDay } from '../../facts/install-day.ts';
import { isOneBranch } from '../../facts/servicing-branch.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import { inOrder } from '../../installed-update.ts';
import type { InstalledUpdate } from '../../installed-update.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { isMissingUpdate, plugins } from './finding.ts';
import type { Finding } from './finding.ts';

const longestOutput = 2_000_000;

/**
 * Updates that outputs list as installed: the packages of the registry (62042, `KB5011048, Installed on: 2023/01/12`), and roll-ups
 * that were found installed (93962, `10_2023 [KB5031361]`).
 */
export function installedUpdates(findings: readonly Finding[]): readonly InstalledUpdate[] {
  return inOrder(
    findings.flatMap(({ plugin, output }) => {
      const text = output.slice(0, longestOutput);
      if (plugin === plugins.quickFixes) return datedKbs(text);
      if (plugin !== plugins.rollups) return [];
      const kbs = Array.from(text.matchAll(/\d\d_\d{4} \[KB(\d{6,7})\]/g), (match) => match[1] ?? '');
      return kbs.flatMap((kb) => updateOf(kb, undefined));
    }),
  );
}

function datedKbs(text: string): readonly InstalledUpdate[] {
  const rows = text.matchAll(/(?<![\w/=])(KB\d{6,7})(?!\d)(?:[^\r\n\d]{0,60}(\d{4})\/(\d\d)\/(\d\d))?/g);
  return [...rows].flatMap(([, kb = '', year, month, day]) =>
    updateOf(kb, year === undefined ? undefined : `${year}-${month ?? ''}-${day ?? ''}`),
  );
}

function updateOf(text: string, day: string | undefined): readonly InstalledUpdate[] {
  const kb = tryParseKbNumber(text);
  return kb === undefined ? [] : [{ kb, installedOn: parseInstallDay(day), state: 'installed' }];
}

/** Updates that the scanner calls missing: its summaries (38153, 66334), and its plugins for one update each. */
export function missingUpdates(findings: readonly Finding[]): readonly OtherVerdict[] {
  return inVerdictOrder(
    findings.flatMap((finding) =>
      missingKbs(finding).map((kb) => ({
        source: 'nessus' as const,
        kb,
        verdict: 'missing' as const,
        title: kbsNamedIn(finding.name).includes(kb) ? finding.name : undefined,
      })),
    ),
  );
}

function missingKbs({ plugin, name, output }: Finding): readonly KbNumber[] {
  const text = output.slice(0, longestOutput);
  if (plugin === plugins.missingPatches) return kbsNamedIn(text);
  if (plugin === plugins.patchReport) return listedKbs(text, /^[ \t]*(?:[-+]|\[)[ \t]*KB(\d{6,7})(?!\d)/gm);
  if (!isUpdatePlugin({ plugin, name, output })) return [];
  const listed = listedKbs(text, /^[ \t]*(?:-|KB[ \t]*:)[ \t]*(\d{6,7})[ \t]*\r?$/gm);
  return listed.length > 0 ? listed : /^KB\d/.test(name) ? kbsNamedIn(name).slice(0, 1) : [];
}

/** A plugin that looks for one update and reports where it is missing. */
function isUpdatePlugin({ plugin, name, output }: Finding): boolean {
  const isOther = Object.values(plugins).some((other) => other === plugin);
  return !isOther && (/^KB\d{6,7}\b/.test(name) || isMissingUpdate(output));
}

function listedKbs(text: string, pattern: RegExp): readonly KbNumber[] {
  return [...new Set(Array.from(text.matchAll(pattern)).flatMap(([, kb = '']) => tryParseKbNumber(kb) ?? []))];
}

/**
 * The level of the newest cumulative update by the versions of Windows' own files: the least one of the level that was reached
 * (93962), or the one found by a plugin that asks for a newer. `undefined` before Windows 10, and for files of another branch than
 * `build`. A file keeps its version where an update leaves it alone, so that the level may be higher.
 */
export function levelOf(findings: readonly Finding[], build: WindowsBuild | undefined): WindowsBuild | undefined {
  const levels = findings.flatMap(({ plugin, output }) => {
    const text = output.slice(0, longestOutput);
    if (plugin === plugins.rollups) return fileVersions(text, 1);
    return plugin === undefined || !Object.values(plugins).some((other) => other === plugin)
      ? fileVersions(text, 2)
      : [];
  });
  const own = levels.filter((level) => build === undefined || isOneBranch(level.build, build.build));
  return own.sort((a, b) => b.build - a.build || (b.ubr ?? 0) - (a.ubr ?? 0))[0];
}

/** Lines behind the name of a file in `system32`: its version, and where `lines` is 2 the one that should be. */
function fileVersions(text: string, lines: 1 | 2): readonly WindowsBuild[] {
  const line = String.raw`[^\r\n:=]{1,60}[:=][ \t]*`;
  const version = String.raw`(10\.0\.\d{5}\.\d{1,5})[ \t]*\r?\n`;
  const file = String.raw`:\\[^\r\n:]{0,60}\\system32\\[^\r\n:]{1,100}\.(?:exe|dll|sys)\b[^\r\n]{0,200}\r?\n`;
  const pattern = new RegExp(file + line + version + (lines === 2 ? line + String.raw`10\.` : ''), 'gi');
  return Array.from(`${text}\n`.matchAll(pattern)).flatMap(([, found]) => {
    const level = parseBuild(found);
    return level?.ubr === undefined ? [] : [level];
  });
}
