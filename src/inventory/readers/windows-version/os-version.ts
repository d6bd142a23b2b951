import { tryParseWindowsBuild } from '../../../terms/windows-build.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import { versionLinesIn } from '../../facts/version-line.ts';
import { isRecord } from '../../text/loose-json.ts';
import { objectOf, textIn, valueIn } from '../../text/powershell-object.ts';
import type { ObjectFields, PowershellObject } from '../../text/powershell-object.ts';

/** What a `Version` of .NET has, and what remoting adds. */
const parts: ReadonlySet<string> = new Set([
  'major',
  'minor',
  'build',
  'revision',
  'majorrevision',
  'minorrevision',
  'pscomputername',
  'runspaceid',
  'psshowcomputername',
]);

/** `[Environment]::OSVersion` by its `VersionString`, or the `Version` in it by its four parts. */
export function isOsVersion(fields: ObjectFields): boolean {
  if (fields.has('versionstring')) return fields.has('platform') || fields.has('version');
  return (
    fields.has('major') &&
    fields.has('build') &&
    fields.has('revision') &&
    [...fields.keys()].every((name) => parts.has(name))
  );
}

/** Without the fourth part: it is 0, or a service pack. */
export function versionOfObject(object: PowershellObject): WindowsBuild | undefined {
  const [shown] = versionLinesIn(textIn(object, 'versionstring') ?? '');
  return shown?.build ?? withoutRevision(textIn(object, 'version')) ?? ofParts(object);
}

function ofParts(object: PowershellObject): WindowsBuild | undefined {
  const inner = valueIn(object, 'version');
  const parts = isRecord(inner) ? objectOf(Object.entries(inner)) : object;
  const text = ['major', 'minor', 'build'].map((name) => textIn(parts, name) ?? '').join('.');
  return tryParseWindowsBuild(text);
}

function withoutRevision(text: string | undefined): WindowsBuild | undefined {
  const build = tryParseWindowsBuild(text ?? '');
  return build === undefined ? undefined : { ...build, ubr: undefined };
}
