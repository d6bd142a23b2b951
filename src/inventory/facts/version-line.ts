import { tryParseWindowsBuild } from '../../terms/windows-build.ts';
import type { WindowsBuild } from '../../terms/windows-build.ts';

/** A line that names the running Windows. */
export interface VersionLine {
  readonly build: WindowsBuild;
  /** What stands before it in its line: maybe the host. */
  readonly before: string;
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
    return [{ build: { ...build, ubr: build.ubr === 0 ? undefined : build.ubr }, before }];
  });
}
