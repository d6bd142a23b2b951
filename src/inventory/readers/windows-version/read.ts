import { installationTypeOfName } from '../../facts/windows-name.ts';
import { versionLinesIn } from '../../facts/version-line.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { isOsVersion, versionOfObject } from './os-version.ts';
import { aboutLine } from './about.ts';
import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { groupByHost } from '../../text/powershell-object.ts';

/** The line itself, the copyright below it and the prompt. */
const isOfConsole = /Microsoft Windows|^\s*\(c\) |Microsoft Corporation|^\s*(?:PS )?[A-Z]:\\[^\r\n]{0,200}>/i;
/** More text than this is the output of something else, with such a line in it. */
const mostLines = 12;

interface Version {
  readonly host: string | undefined;
  readonly os: Partial<Inventory['os']>;
}

/**
 * The version of Windows alone: what `ver` prints in any language, what winver and Settings > About show, and
 * `[Environment]::OSVersion` of PowerShell, whose fourth part (`10.0.19045.0`) is no UBR. Several lines are several devices;
 * equal ones without a name are one.
 */
export const windowsVersion: InventoryReader = {
  format: 'windows-version',
  kinds: ['text', 'json', 'xml'],
  recognise(input) {
    const [first] = findAtHead(input, isOsVersion);
    if (first !== undefined) return { confidence: first.around.length > 0 ? 0.6 : 0.9, against: '' };
    if (input.kind !== 'text') return notThis('no VersionString of Windows');
    const head = input.text.slice(0, 65_536);
    const others = head.split(/\r*\n/).filter((line) => line.trim() !== '' && !isOfConsole.test(line)).length;
    const found = versionLinesIn(head).length;
    // One line more for each: it may name the host.
    if (found > 0) return { confidence: others <= found ? 0.85 : others <= mostLines + found ? 0.7 : 0.4, against: '' };
    return others <= mostLines && !isTable(input) && aboutLine(head) !== undefined
      ? { confidence: 0.7, against: '' }
      : notThis('no line such as "Microsoft Windows [Version 10.0.19045.3930]"');
  },
  read(input) {
    const versions = versionsOf(input);
    if (versions.length === 0)
      throw new InventoryFormatError(
        input.source,
        'a line such as "Microsoft Windows [Version 10.0.19045.3930]"',
        'none',
      );
    const distinct = new Map(versions.map((version) => [JSON.stringify(version), version]));
    return { inventories: [...distinct.values()].map(inventoryOf), notes: [] };
  },
};

/** A list of devices is another format's; what Settings > About copies has tabs, and begins with the edition. */
function isTable({ text, tableHead }: ReportInput): boolean {
  if (/^\s*-{2,}[\s-]*$/m.test(text.slice(0, 4000))) return true;
  const table = tableHead();
  if (table === undefined || table.rows.length === 0) return false;
  return table.header.length !== 2 || !/Windows/i.test(table.header[1] ?? '');
}

function versionsOf(input: ReportInput): readonly Version[] {
  const objects = groupByHost(findObjects(input, isOsVersion)).flatMap(({ host, objects: own }) =>
    own.flatMap((object): readonly Version[] => {
      const build = versionOfObject(object);
      return build === undefined ? [] : [{ host, os: { build } }];
    }),
  );
  if (objects.length > 0 || input.kind !== 'text') return objects;
  const lines = versionLinesIn(input.text);
  if (lines.length > 0) return lines.map(({ build, before }) => ({ host: hostBefore(before), os: { build } }));
  const about = aboutLine(input.text);
  return about === undefined ? [] : [{ host: undefined, os: about }];
}

/** `SRV1: Microsoft Windows […]`, `SRV1;…`: of scripts that go through a list. */
function hostBefore(text: string): string | undefined {
  return /^\s*["']?(?:\\\\)?([A-Za-z0-9][\w.-]{0,254})["']?\s*[:;,|\t]\s*["']?$/.exec(text)?.[1];
}

function inventoryOf({ host, os }: Version): Inventory {
  return {
    ...emptyInventory,
    device: { ...emptyInventory.device, name: host },
    os: { ...emptyInventory.os, ...os, installationType: installationTypeOfName(os.name) },
  };
}
