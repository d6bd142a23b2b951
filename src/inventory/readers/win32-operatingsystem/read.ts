import { parseArchitecture } from '../../../terms/architecture.ts';
import type { InstallationType } from '../../../terms/installation-type.ts';
import { parseBuild } from '../../facts/build-number.ts';
import { parseInstant } from '../../facts/instant.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { hostOf, isPart, objectOf, scalarText, textIn, valueIn } from '../../text/powershell-object.ts';
import type { ObjectFields, PowershellObject } from '../../text/powershell-object.ts';
import { wmicHeading, wmicRows } from '../../text/wmic-rows.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';

/**
 * WMI's class Win32_OperatingSystem: `wmic os` and `wmic os get …` as table, list or CSV, and PowerShell's `Get-CimInstance` and
 * `Get-WmiObject` in all forms. It tells system and build beside a list of updates from elsewhere; it has no UBR.
 */
export const win32OperatingSystem: InventoryReader = {
  format: 'win32-operatingsystem',
  kinds: ['text', 'json', 'xml'],
  recognise(input) {
    const [first] = findAtHead(input, isOperatingSystem);
    if (first !== undefined && namesWindows(first)) return { confidence: isPart(first) ? 0.6 : 0.85, against: '' };
    const head = input.kind === 'text' ? input.text.slice(0, 65_536) : '';
    if (wmicHeading(head, hasVersion) !== undefined && wmicObjects(head).some(namesWindows))
      return { confidence: 0.85, against: '' };
    return notThis('no properties Caption, Version and BuildNumber of Windows');
  },
  read(input) {
    const objects = objectsIn(input);
    if (objects.length === 0)
      throw new InventoryFormatError(input.source, 'Caption, Version or BuildNumber of Windows', 'none');
    return { inventories: objects.map(inventoryOf), notes: [] };
  },
};

function objectsIn(input: ReportInput): readonly PowershellObject[] {
  const objects = findObjects(input, isOperatingSystem).filter(namesWindows);
  return objects.length > 0 || input.kind !== 'text' ? objects : wmicObjects(input.text).filter(namesWindows);
}

function wmicObjects(text: string): readonly PowershellObject[] {
  return wmicRows(text, hasVersion).map(({ host, cells }) =>
    objectOf([...cells, ...(host === undefined ? [] : [['csname', host] as const])]),
  );
}

/** Of PowerShell's objects more is asked: many have a caption or a version. */
function isOperatingSystem(fields: ObjectFields): boolean {
  if (fields.has('hotfixid') || fields.has('osbuildnumber')) return false;
  if (fields.has('buildnumber')) return fields.has('version') || fields.has('caption');
  return fields.has('caption') && ['osarchitecture', 'operatingsystemsku', 'ostype'].some((name) => fields.has(name));
}

function hasVersion(names: ReadonlySet<string>): boolean {
  if (names.has('hotfixid') || names.has('identifyingnumber')) return false;
  return names.has('buildnumber') || names.has('version') || (names.has('caption') && names.size < 70);
}

function namesWindows(object: PowershellObject): boolean {
  return buildOf(object) !== undefined || /\bWindows\b/i.test(textIn(object, 'caption') ?? '');
}

function buildOf(object: PowershellObject): Inventory['os']['build'] {
  const build = parseBuild(textIn(object, 'version')) ?? parseBuild(textIn(object, 'buildnumber'));
  return build === undefined ? undefined : { ...build, ubr: undefined };
}

/** Source: Microsoft Learn, Win32_OperatingSystem: 1 work station, 2 domain controller, 3 server. */
const productTypes: Readonly<Record<string, InstallationType>> = { '1': 'Client', '2': 'Server', '3': 'Server' };

function inventoryOf(object: PowershellObject): Inventory {
  const name = textIn(object, 'caption');
  const product = textIn(object, 'producttype') ?? '';
  return {
    ...emptyInventory,
    observedAt: observedAtOf(object),
    device: { ...emptyInventory.device, name: hostOf(object) },
    os: {
      ...emptyInventory.os,
      name,
      build: buildOf(object),
      architecture: parseArchitecture(textIn(object, 'osarchitecture') ?? ''),
      installationType: Object.hasOwn(productTypes, product) ? productTypes[product] : installationTypeOfName(name),
    },
  };
}

/** `20240220090000.123000+060` of WMI: the last part is the zone in minutes. */
function observedAtOf(object: PowershellObject): string | undefined {
  const value = valueIn(object, 'localdatetime');
  const text = scalarText(value) ?? '';
  const wmi = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.\d{6}([+-])(\d{3})$/.exec(text);
  if (wmi === null) return parseInstant(text);
  const [, year, month, day, hour, minute, second, sign, zone] = wmi;
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(local) ? undefined : parseInstant(local - Number(`${sign}${zone}`) * 60_000);
}
