import { dotnetVersionOf } from '../../facts/dotnet-release.ts';
import { parseInstallDay } from '../../facts/install-day.ts';
import type { ListedProgram } from '../../facts/programs.ts';
import type { ReportedComponents } from '../../inventory.ts';
import { plugins } from './finding.ts';
import type { Finding } from './finding.ts';

const mostPrograms = 20_000;

/**
 * Entries of the list of installed software: `Microsoft Edge  [version 128.0.2739.67]  [installed on 2024/09/01]`, updates of a
 * program indented below it.
 */
export function programsOf(findings: readonly Finding[]): readonly ListedProgram[] {
  return findings
    .filter(({ plugin }) => plugin === plugins.installedSoftware)
    .flatMap(({ output }) => output.split(/\r?\n/, mostPrograms).flatMap(programOf));
}

function programOf(line: string): readonly ListedProgram[] {
  const found = /^\s{0,10}(\S[^[\r\n]{0,250}?)\s{0,20}\[[^\]\d]{0,30}(\d[\w.-]{0,60})\](.{0,200})$/.exec(line);
  const [, name = '', version, rest = ''] = found ?? [];
  const day = /(\d{4})\/(\d\d)\/(\d\d)/.exec(rest);
  const installedOn = day === null ? undefined : parseInstallDay(`${day[1]}-${day[2]}-${day[3]}`);
  return found === null ? [] : [{ name: name.trim(), vendor: undefined, version, installedOn }];
}

/** Versions of .NET Framework by their release number, and of Internet Explorer. */
export function componentsOf(findings: readonly Finding[]): ReportedComponents {
  const of = (plugin: number): readonly string[] =>
    findings.filter((finding) => finding.plugin === plugin).map(({ output }) => output.slice(0, 20_000));
  const releases = of(plugins.dotnetFramework).flatMap((output) =>
    Array.from(output.matchAll(/:[ \t]*(\d{6})[ \t]*\r?$/gm), (match) => Number(match[1])),
  );
  const dotnet = releases.flatMap((release) => dotnetVersionOf(release) ?? []);
  const explorer = of(plugins.internetExplorer).flatMap(
    (output) => /:[ \t]*(\d{1,2}\.\d{1,5}\.\d{1,5}\.\d{1,5})[ \t]*\r?$/m.exec(output)?.[1] ?? [],
  );
  return { dotnetFramework: [...new Set(dotnet)].sort(), internetExplorer: explorer[0] };
}
