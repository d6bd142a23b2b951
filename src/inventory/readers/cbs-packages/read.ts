import type { WindowsBuild } from '../../../terms/windows-build.ts';
import type { ListedPackage } from '../../facts/cbs-packages.ts';
import { factsOfPackages, packageName, stateOfCurrentState, stateOfDism } from '../../facts/cbs-packages.ts';
import { parseInstallDay } from '../../facts/install-day.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { groupByHost, textIn, valueIn } from '../../text/powershell-object.ts';
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
  recognise(input) {
    if (findAtHead(input, isPackage).length > 0)
      return { confidence: input.kind === 'text' ? 0.85 : 0.95, against: '' };
    if (input.kind === 'json') return notThis('no objects with PackageName and PackageState');
    const head = input.text.slice(0, 65_536);
    const named = input.kind === 'text' ? dismListings(head).flatMap(({ packages }) => packages) : [];
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
  return fields.has('pschildname') && fields.has('currentstate') && !fields.has('pspath');
}

function readObjects({ source }: ReportInput, objects: readonly PowershellObject[]): ReadReport {
  const notes: string[] = [];
  const inventories = groupByHost(objects).map(({ host, objects: own }) => {
    const listed = own.flatMap((object) => packageOf(object, source, notes));
    return inventoryOf(listed, host, undefined);
  });
  return { inventories, notes };
}

function packageOf(object: PowershellObject, source: string, notes: string[]): readonly ListedPackage[] {
  const name = textIn(object, 'packagename', 'pschildname') ?? '';
  if (!packageName.test(name)) {
    // Tables cut long names, and may leave rows without one.
    if (name !== '')
      notes.push(`${source}: set aside, expected the whole name of a package, got "${name.slice(0, 100)}"`);
    return [];
  }
  const current = textIn(object, 'currentstate');
  const state =
    current === undefined ? stateOfDism(textIn(object, 'packagestate') ?? '') : stateOfCurrentState(Number(current));
  return [{ name, state, installedOn: parseInstallDay(valueIn(object, 'installtime')) }];
}

function readText({ source, text, kind }: ReportInput): ReadReport {
  if (kind !== 'text') return { inventories: [], notes: [] };
  const notes: string[] = [];
  const inventories = dismListings(text).map(({ packages, image }) => {
    const { packages: listed, unknown } = withStates(packages);
    for (const [word, count] of unknown) {
      notes.push(
        `${source}: ${count} ${count === 1 ? 'package is' : 'packages are'} "${word.slice(0, 60)}", which is no known state: proves nothing`,
      );
    }
    return inventoryOf(listed, undefined, image);
  });
  return { inventories, notes };
}

function inventoryOf(
  listed: readonly ListedPackage[],
  host: string | undefined,
  image: WindowsBuild | undefined,
): Inventory {
  const { rollupLevel, updates, architecture } = factsOfPackages(listed);
  return {
    ...emptyInventory,
    device: { ...emptyInventory.device, name: host },
    os: { ...emptyInventory.os, build: image, rollupLevel, architecture },
    updates,
  };
}
