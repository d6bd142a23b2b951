import type { RegistryData, RegistryKey } from '../../facts/registry-keys.ts';
import { packageName } from '../../facts/cbs-packages.ts';
import { hostOf, objectOf, scalarText, textIn } from '../../text/powershell-object.ts';
import type { ObjectFields, PowershellObject } from '../../text/powershell-object.ts';

const windows = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** Keys by a value that no other has, for objects that do not say where they are from (`Select-Object`). */
const byValue: readonly (readonly [value: string, path: string])[] = [
  ['currentbuild', windows],
  ['currentbuildnumber', windows],
  ['ubr', windows],
  ['versiontoreport', 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Office\\ClickToRun\\Configuration'],
  ['svcversion', 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Internet Explorer'],
];

/** Whether an object is a key of the registry, as `Get-ItemProperty` gives it: whole, or some of its values. */
export function isItemProperty(fields: ObjectFields): boolean {
  const path = fields.get('pspath');
  if (typeof path === 'string' && /Registry::HKEY_/i.test(path)) return true;
  if (isDotnetKey(fields)) return true;
  return (fields.has('currentbuild') || fields.has('currentbuildnumber')) && fields.size > 1
    ? !fields.has('osbuildnumber')
    : fields.has('versiontoreport') || (fields.has('ubr') && fields.has('displayversion'));
}

/** `Get-ChildItem … NDP -Recurse | Get-ItemProperty -Name Version, Release`, cut down to the key's name. */
function isDotnetKey(fields: ObjectFields): boolean {
  return fields.has('pschildname') && fields.has('release') && fields.has('version');
}

/** How sure the fields make it: the path, or the values of the key of Windows' version. */
export function surenessOf(fields: ObjectFields): number {
  const path = fields.get('pspath');
  if (typeof path === 'string' && /Registry::HKEY_/i.test(path)) return 0.95;
  const known = ['ubr', 'editionid', 'installationtype', 'productname', 'buildlabex', 'displayversion', 'releaseid'];
  return known.filter((name) => fields.has(name)).length > 1 ? 0.85 : 0.75;
}

/** Where the object says what key it is, its other fields are values, `ComputerName` too. */
export function hostOfKey(object: PowershellObject): string | undefined {
  if (!object.fields.has('pspath')) return hostOf(object);
  const remote = ['pscomputername', '__server'].map((name) => [name, object.fields.get(name)] as const);
  return hostOf(objectOf(remote, object.around));
}

export function keyOfObject(object: PowershellObject): RegistryKey {
  const values = new Map<string, RegistryData>();
  for (const [name, value] of object.fields) {
    if (typeof value === 'number') values.set(name, value);
    else {
      const text = scalarText(value);
      if (text !== undefined) values.set(name, text);
    }
  }
  return { path: pathOf(object), values };
}

function pathOf(object: PowershellObject): string {
  const path = textIn(object, 'pspath');
  if (path !== undefined) return path.slice(path.indexOf('::') + 2);
  const child = textIn(object, 'pschildname', 'packagename') ?? '';
  if (packageName.test(child) && object.fields.has('currentstate'))
    return `Component Based Servicing\\Packages\\${child}`;
  if (isDotnetKey(object.fields)) {
    const key = child.toLowerCase() === 'full' ? 'v4\\Full' : child;
    return `HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\${key}`;
  }
  return byValue.find(([value]) => object.fields.has(value))?.[1] ?? '';
}
