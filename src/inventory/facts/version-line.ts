import { tryParseWindowsBuild } from '../../terms/windows-build.ts';
import type { WindowsBuild } from '../../terms/windows-build.ts';

/** A line that names the running Windows. */
export interface VersionLine {
  readonly build: WindowsBuild;
  /** What stands before it in its line: maybe the host. */
  readonly before: string;
  readonly at: number;
}

/**
 * `Microsoft Windows [Version 10.0.19045.3930]` of `ver`, whatever the language calls a version, and `Microsoft Windows NT
 * 10.0.19045.0` of .NET, whose fourth part is 0 or a service pack (65536), never the UBR.
 */
const line =
  /(?<=^|[\r\n])([^\r\n]{0,200}?)Microsoft Windows(?: XP| 2000)? (?:\[[^\]\r\n\d]{0,40}(\d{1,2}\.\d{1,2}\.\d{4,5}(?:\.\d{1,5})?)\s{0,5}\]|NT (\d{1,2}\.\d{1,2}\.\d{4,5})(?:\.\d{1,6})?(?![\d.]))/g;

/** All such lines of a text, in its order. */
export function versionLinesIn(text: string): readonly VersionLine[] {
  return Array.from(text.matchAll(line)).flatMap((match) => {
    const [, before = '', shown, plain] = match;
    const build = tryParseWindowsBuild(shown ?? plain ?? '');
    if (build === undefined) return [];
    return [{ build: { ...build, ubr: build.ubr === 0 ? undefined : build.ubr }, before, at: match.index }];
  });
}

/** The system that a text names beside its lists, where it names one and no other. */
export function buildBeside(text: string): WindowsBuild | undefined {
  const builds = new Map(versionLinesIn(text).map(({ build }) => [JSON.stringify(build), build]));
  return builds.size === 1 ? [...builds.values()][0] : undefined;
}
