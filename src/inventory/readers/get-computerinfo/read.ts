import { parseArchitecture } from '../../../terms/architecture.ts';
import type { InstallationType } from '../../../terms/installation-type.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import { parseBuild, parseUbr } from '../../facts/build-number.ts';
import { kbsNamedIn } from '../../facts/kb-names.ts';
import { parseInstant } from '../../facts/instant.ts';
import { updatesOfQuickFix } from '../../facts/quick-fix.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inOrder, listInstalled } from '../../installed-update.ts';
import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { isRecord } from '../../text/loose-json.ts';
import { hostOf, listIn, objectOf, scalarText, textIn, valueIn } from '../../text/powershell-object.ts';
import type { ObjectFields, PowershellObject } from '../../text/powershell-object.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';

/** Properties that no other tool calls so. */
const own = [
  'osbuildnumber',
  'oshotfixes',
  'osproducttype',
  'osoperatingsystemsku',
  'osserverlevel',
  'windowsbuildlabex',
  'windowseditionid',
  'windowsinstallationtype',
  'windowsproductname',
  'windowsubr',
  'oshardwareabstractionlayer',
];

/**
 * PowerShell's `Get-ComputerInfo`: list, JSON, CSV or CLIXML, whole or some of its properties. It has the UBR from PowerShell
 * 6 on (`WindowsUBR`). A list shows four updates and an ellipsis; JSON has them all.
 */
export const getComputerInfo: InventoryReader = {
  format: 'get-computerinfo',
  kinds: ['text', 'json', 'xml'],
  marks: [/\bWindowsProductName\b/i, /\bOsBuildNumber\b|\bOsVersion\b/, /\bOsHotFixes\b|\bWindowsInstallationType\b/i],
  recognise(input) {
    const [first] = findAtHead(input, isComputerInfo);
    if (first === undefined) return notThis('no properties such as OsBuildNumber and WindowsInstallationType');
    const known = own.filter((name) => first.fields.has(name)).length;
    return { confidence: known > 2 && input.kind !== 'text' ? 0.95 : 0.85, against: '' };
  },
  read(input) {
    const objects = findObjects(input, isComputerInfo);
    if (objects.length === 0)
      throw new InventoryFormatError(input.source, 'an object with OsBuildNumber or WindowsInstallationType', 'none');
    return { inventories: objects.map(inventoryOf), notes: [] };
  },
};

function isComputerInfo(fields: ObjectFields): boolean {
  const known = own.filter((name) => fields.has(name)).length;
  return (
    known > 1 || (known === 1 && ['osversion', 'osname', 'csname', 'windowsversion'].some((name) => fields.has(name)))
  );
}

function inventoryOf(object: PowershellObject): Inventory {
  const name = textIn(object, 'osname', 'windowsproductname');
  return {
    ...emptyInventory,
    observedAt: instantIn(object),
    device: {
      ...emptyInventory.device,
      name: textIn(object, 'csname', 'csdnshostname') ?? hostOf(object),
      ipAddresses: ipAddressesOf(object),
    },
    os: {
      ...emptyInventory.os,
      name,
      build: buildOf(object),
      displayVersion: displayVersionOf(object),
      architecture: parseArchitecture(textIn(object, 'cssystemtype', 'osarchitecture') ?? ''),
      installationType: installationTypeOf(object) ?? installationTypeOfName(name),
      editionId: textIn(object, 'windowseditionid'),
    },
    updates: updatesOf(object),
    ...(isCut(valueIn(object, 'oshotfixes')) ? { updatesCut: true } : {}),
  };
}

function instantIn(object: PowershellObject): string | undefined {
  const value = valueIn(object, 'oslocaldatetime');
  return parseInstant(isRecord(value) ? scalarText(value) : value);
}

function buildOf(object: PowershellObject): WindowsBuild | undefined {
  const build = parseBuild(textIn(object, 'osversion')) ?? parseBuild(textIn(object, 'osbuildnumber'));
  if (build === undefined) return undefined;
  return { ...build, ubr: parseUbr(textIn(object, 'windowsubr')) };
}

/** `WindowsVersion` is the release id, which stays 2009 from Windows 10 20H2 on. */
function displayVersionOf(object: PowershellObject): string | undefined {
  const release = textIn(object, 'windowsversion');
  return textIn(object, 'osdisplayversion', 'windowsdisplayversion') ?? (release === '2009' ? undefined : release);
}

/** As numbers in JSON: `ProductType` of Get-ComputerInfo, source: PowerShell's reference of the enumeration. */
const productTypes: Readonly<Record<string, InstallationType>> = { '1': 'Client', '2': 'Server', '3': 'Server' };

function installationTypeOf(object: PowershellObject): InstallationType | undefined {
  const product = textIn(object, 'osproducttype') ?? '';
  return (
    parseInstallationType(textIn(object, 'windowsinstallationtype') ?? '') ??
    (Object.hasOwn(productTypes, product) ? productTypes[product] : parseInstallationType(product))
  );
}

/** An empty list proves nothing: it is empty as well where the query failed. Source: PowerShell's `CIMHelper.GetAll`. */
function updatesOf(object: PowershellObject): Inventory['updates'] {
  const updates = listIn(object, 'oshotfixes').flatMap((item) => {
    if (!isRecord(item)) return listInstalled(kbsNamedIn(scalarText(item) ?? ''));
    const fix = objectOf(Object.entries(item));
    return updatesOfQuickFix(textIn(fix, 'hotfixid'), undefined, valueIn(fix, 'installedon'));
  });
  return inOrder(updates);
}

/** `{KB5042349, KB5041160, KB5041590...}`: PowerShell shows the first four of a list, and an ellipsis for the rest. */
function isCut(list: unknown): boolean {
  const text = typeof list === 'string' ? list : Array.isArray(list) ? String(list.at(-1)) : '';
  return /(?:\.{3}|\u2026)\s*\}?\s*$/.test(text);
}

/** Adapters may be cut to text at JSON's depth: `192.0.2.7 fe80::1`. */
function ipAddressesOf(object: PowershellObject): readonly string[] {
  const found = listIn(object, 'csnetworkadapters').flatMap((adapter) => {
    if (!isRecord(adapter)) return [];
    return listIn(objectOf(Object.entries(adapter)), 'ipaddresses').flatMap((text) =>
      (scalarText(text) ?? '').split(/[\s,;]+/),
    );
  });
  return [
    ...new Set(
      found.filter((text) => /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})$/i.test(text)),
    ),
  ];
}
