import { parseBuild } from '../../facts/build-number.ts';
import { parseDisplayVersion, siblingBuild } from '../../facts/display-version.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import type { ReportedOs } from '../../inventory.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';

/**
 * What Fleet writes as `os_version` of a Windows host: `Windows 11 Enterprise 22H2 10.0.22621.2715`, without the display
 * version on LTSC and on servers before 2022, without UBR or any build in versions before 4.44, and with a dot but no UBR
 * behind it where the registry has none (Server 2012). `buildColumn` is the host's `build`, `19045`.
 */
export function readOsVersion(text: string, buildColumn: string | undefined): Partial<ReportedOs> {
  const [, said = '', version] =
    /^(.*?)(?:(?:^|\s)(\d{1,2}\.\d{1,2}\.\d{4,5}(?:\.\d{0,5})?))?$/.exec(text.trim()) ?? [];
  const lastWord = /\S*$/.exec(said)?.[0];
  const displayVersion = parseDisplayVersion(lastWord);
  const name = displayVersion === undefined ? said.trim() : said.slice(0, said.length - (lastWord?.length ?? 0)).trim();
  return {
    ...levelOf(parseBuild(version?.replace(/\.$/, '')), parseBuild(buildColumn), displayVersion),
    name: name === '' ? undefined : name,
    displayVersion,
    installationType: installationTypeOfName(name),
  };
}

/**
 * Fleet before 4.49 took the version from the kernel's file, which has the number of the branch: 19041 on Windows 10 22H2.
 * The host's own build tells, or the display version; the file still tells the level.
 */
function levelOf(
  version: WindowsBuild | undefined,
  column: WindowsBuild | undefined,
  displayVersion: string | undefined,
): Pick<ReportedOs, 'build' | 'rollupLevel'> {
  if (version === undefined) return { build: column, rollupLevel: undefined };
  const own = column?.build ?? siblingBuild(version.build, displayVersion) ?? version.build;
  if (own === version.build) return { build: version, rollupLevel: undefined };
  return {
    build: { ...version, build: own, ubr: undefined },
    rollupLevel: version.ubr === undefined ? undefined : version,
  };
}
