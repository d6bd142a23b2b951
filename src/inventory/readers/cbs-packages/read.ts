import type { WindowsBuild } from '../../../terms/windows-build.ts';
import type { ListedPackage, PackageFacts } from '../../facts/cbs-packages.ts';
import {
  factsOfNames,
  factsOfPackages,
  packageName,
  stateOfCurrentState,
  stateOfDism,
} from '../../facts/cbs-packages.ts';
import { parseInstallDay } from '../../facts/install-day.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { groupByHost, scalarText, textIn, valueIn } from '../../text/powershell-object.ts';
import type { ObjectFields, PowershellObject } from '../../text/powershell-object.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, ReadReport } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { dismListings, withStates } from './dism-text.ts';

/**
 * Servicing packages: `dism /online /get-packages` as list or table in any language, `Get-WindowsPackage -Online` in all forms, and
 * bare names as the registry has them. `Package_for_RollupFix` gives the level of the newest cumulative update, the names the
 * architecture, and the head of dism the build. What is staged, superseded or pending is named and proves nothing.
 */
export const cbsPackages: InventoryReader = {
  format: 'cbs-packages',
  kinds: ['text', 'json', 'xml'],
  marks: [/Package_(?:\d+_)?for_/i, /~31bf3856ad364e35~/i, /\bPackageState\b/i],
  recognise(input) {
    if (findAtHead(input, isPackage).length > 0)
      return { confidence: input.kind === 'text' ? 0.85 : 0.95, against: '' };
    if (input.kind === 'json' && namesInJson(input).length > 0) return { confidence: 0.85, against: '' };
    if (input.kind !== 'text') return notThis('no objects with PackageName and PackageState');
    const head = input.text.slice(0, 65_536);
    const named = dismListings(head).flatMap(({ packages }) => packages);
    if (named.length === 0)
      return notThis('no package such as Package_for_RollupFix~31bf3856ad364e35~amd64~~19041.3930.1.11');
    return { confidence: named.some(({ word }) => word !== undefined) ? 0.85 : 0.8, against: '' };
  },
  read(input) {
    const objects = findObjects(input, isPackage);
    const report = objects.length > 0 ? readObjects(input, objects) : readText(input);
    if (report.inventories.length === 0)
      throw new InventoryFormatError(input.source, 'servicing packages by their names', 'none');
    return report;
  },
};

function isPackage(fields: ObjectFields): boolean {
  if (fields.has('packagename') && (fields.has('packagestate') || fields.has('releasetype'))) return true;
  // A row of osquery's registry table.
  if (fields.has('key') && fields.has('data')) return false;
  // `Get-ChildItem …\Packages`, cut down to names; with its path it is the registry's.
  return !fields.has('pspath') && nameFields.some((name) => packageName.test(scalarText(fields.get(name)) ?? ''));
}

const stateFields = ['packagestate', 'currentstate'];
const nameFields = ['packagename', 'pschildname', 'name'];

function readObjects({ source }: ReportInput, objects: readonly PowershellObject[]): ReadReport {
  const notes: string[] = [];
  const inventories = groupByHost(objects).map(({ host, objects: own }) => {
    const onlyNames = own.every(({ fields }) => !stateFields.some((name) => fields.has(name)));
    const listed = own.flatMap((object) => packageOf(object, source, notes));
    return inventoryOf(onlyNames ? factsOfNames(listed.map(({ name }) => name)) : factsOfPackages(listed), host);
  });
  return { inventories, notes };
}

function stateOf(object: PowershellObject): string | undefined {
  return textIn(object, ...stateFields);
}

function packageOf(object: PowershellObject, source: string, notes: string[]): readonly ListedPackage[] {
  const name = textIn(object, ...nameFields) ?? '';
  if (!packageName.test(name)) {
    // Tables cut long names, and may leave rows without one.
    if (name !== '')
      notes.push(`${source}: set aside, expected the whole name of a package, got "${name.slice(0, 100)}"`);
    return [];
  }
  const word = stateOf(object) ?? '';
  const state = object.fields.has('currentstate') ? stateOfCurrentState(Number(word)) : stateOfDism(word);
  return [{ name, state, installedOn: parseInstallDay(valueIn(object, 'installtime')) }];
}

/** `(Get-WindowsPackage -Online).PackageName | ConvertTo-Json`: a list of texts. */
function namesInJson({ json }: ReportInput): readonly string[] {
  const texts = (json()?.values ?? []).flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : []));
  return texts
    .filter((text): text is string => typeof text === 'string' && packageName.test(text))
    .map((name) => name.trim());
}

function readText(input: ReportInput): ReadReport {
  const { source, text, kind } = input;
  if (kind !== 'text') {
    const named = namesInJson(input);
    return { inventories: named.length === 0 ? [] : [inventoryOf(factsOfNames(named), undefined)], notes: [] };
  }
  const notes: string[] = [];
  const inventories = dismListings(text).map((listing) => {
    if (listing.packages.every(({ word }) => word === undefined))
      return inventoryOf(factsOfNames(listing.packages.map(({ name }) => name)), undefined, listing.image);
    const { packages: listed, unknown } = withStates(listing);
    for (const [word, count] of unknown) {
      notes.push(
        `${source}: ${count} ${count === 1 ? 'package is' : 'packages are'} "${word.slice(0, 60)}", which is no known state: proves nothing`,
      );
    }
    return inventoryOf(factsOfPackages(listed), undefined, listing.image);
  });
  return { inventories, notes };
}

function inventoryOf(
  { rollupLevel, rollupLevelFrom, updates, architecture, pendingReboot }: PackageFacts,
  host: string | undefined,
  image?: WindowsBuild,
): Inventory {
  return {
    ...emptyInventory,
    device: { ...emptyInventory.device, name: host },
    os: { ...emptyInventory.os, build: image, rollupLevel, rollupLevelFrom, architecture },
    updates,
    pendingReboot,
  };
}
