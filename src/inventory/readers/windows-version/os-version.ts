import { tryParseWindowsBuild } from '../../../terms/windows-build.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import { versionLinesIn } from '../../facts/version-line.ts';
import { isRecord } from '../../text/loose-json.ts';
import { objectOf, textIn, valueIn } from '../../text/powershell-object.ts';
import type { ObjectFields, PowershellObject } from '../../text/powershell-object.ts';

/** `[Environment]::OSVersion` by its `VersionString`, or the `Version` in it by its four parts. */
export function isOsVersion(fields: ObjectFields): boolean {
  return (
    (fields.has('versionstring') && (fields.has('platform') || fields.has('version'))) ||
    (fields.has('major') && fields.has('minor') && fields.has('build') && fields.has('revision') && fields.size < 12)
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
