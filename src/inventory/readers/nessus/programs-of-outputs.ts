import { dotnetVersionOf } from '../../facts/dotnet-release.ts';
import type { InstalledSoftware, ReportedComponents } from '../../inventory.ts';
import { plugins } from './finding.ts';
import type { Finding } from './finding.ts';

const mostPrograms = 20_000;

/** Programs of the list of installed software: `Microsoft Edge  [version 128.0.2739.67]  [installed on 2024/09/01]`. */
export function programsOf(findings: readonly Finding[]): readonly InstalledSoftware[] {
  const found = new Map<string, InstalledSoftware>();
  for (const { plugin, output } of findings) {
    if (plugin !== plugins.installedSoftware) continue;
    for (const line of output.split(/\r?\n/, mostPrograms)) {
      const [, name = '', version] =
        /^(\S[^[\r\n]{0,250}?)\s{0,20}(?:\[[^\]\d]{0,30}(\d[\w.-]{0,60})\].{0,200})?$/.exec(line) ?? [];
      if (version !== undefined && !/^KB\d/.test(name))
        found.set(line, { name: name.trim(), vendor: undefined, version });
    }
  }
  return [...found.values()];
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
