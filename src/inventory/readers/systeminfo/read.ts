import type { Inventory } from '../../inventory.ts';
import { listInstalled } from '../../installed-update.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { tryParseWindowsBuild } from '../../../terms/windows-build.ts';
import { emptyInventory } from '../../inventory.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import type { InventoryReader } from '../reader.ts';

/** `10.0.17134 N/D build 17134`: the third number comes again at the end of the line, whatever stands between. */
const versionLine = /(?:^|[\s"])(\d{1,2}\.\d{1,2}\.(\d{4,5}))[ \t\u00a0][^\r\n]{0,120}?(?<!\d)\2\s*$/;

/**
 * Windows' `systeminfo` as text, in any language: labels differ by language and mean nothing here. The version line is
 * told by its number, the operating system's name stands in the line before it, the host's name before that.
 * It has no UBR. Source: the outputs of real hosts in five languages.
 */
export const systeminfo: InventoryReader = {
  format: 'systeminfo',
  kinds: ['text'],
  recognise({ text }) {
    const found = findVersion(headOf(text)) !== undefined;
    return found
      ? { confidence: 0.9, against: '' }
      : { confidence: 0, against: 'no line such as "10.0.19045 N/A Build 19045"' };
  },
  read({ source, text }) {
    const lines = text.split(/\r*\n/);
    const version = findVersion(lines);
    if (version === undefined) {
      throw new InventoryFormatError(source, 'a version line such as "10.0.19045 N/A Build 19045"', 'none');
    }
    return { inventories: [readLines(lines, version)], notes: [] };
  },
};

interface VersionLine {
  readonly at: number;
  readonly version: string;
}

function headOf(text: string): readonly string[] {
  return text.slice(0, 20_000).split(/\r*\n/, 200);
}

function findVersion(lines: readonly string[]): VersionLine | undefined {
  for (let at = 0; at < Math.min(lines.length, 200); at += 1) {
    const version = versionLine.exec((lines[at] ?? '').slice(0, 400))?.[1];
    if (version !== undefined) return { at, version };
  }
  return undefined;
}

function readLines(lines: readonly string[], { at, version }: VersionLine): Inventory {
  const before = lines.slice(0, at).filter((line) => line.includes(':'));
  const name = valueOf(before.at(-1));
  const after = lines.slice(at + 1);
  return {
    ...emptyInventory,
    device: { ...emptyInventory.device, name: valueOf(before.at(-2)), ipAddresses: ipAddressesOf(after) },
    os: {
      ...emptyInventory.os,
      name,
      build: tryParseWindowsBuild(version),
      architecture: architectureOf(after),
      installationType: installationTypeOfName(name),
    },
    updates: listInstalled(kbsOf(after)),
  };
}

function valueOf(line: string | undefined): string | undefined {
  // No-break spaces stand inside French names.
  const value = line
    ?.slice(line.indexOf(':') + 1)
    .replace(/\s+/g, ' ')
    .trim();
  return value === undefined || value === '' ? undefined : value;
}

/** `x64-based PC`, `x64-basierter PC`, `PC basé sur x64`: the first such word that is not a processor's. */
function architectureOf(lines: readonly string[]): Inventory['os']['architecture'] {
  for (const line of lines) {
    const word = /(?<![\w\\])(x64|x86|arm64|ia64|itanium)(?!\w)/i.exec(line)?.[1];
    if (word !== undefined && !/Family|Model|~\d+/i.test(line)) return parseArchitecture(word);
  }
  return undefined;
}

/** Rows such as `[01]: KB5037589`. Rows of old systems (`File 1`, `Q147222`) name no KB. */
function kbsOf(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) =>
    Array.from(line.matchAll(/\[\d{1,4}\]:\s*(KB\d{6,7})(?!\d)/gi), (match) => match[1] ?? ''),
  );
}

function ipAddressesOf(lines: readonly string[]): readonly string[] {
  const found = lines.flatMap((line) => /^\s*\[\d{1,3}\]:\s*([0-9a-f.:]{3,45})\s*$/i.exec(line)?.[1] ?? []);
  return [...new Set(found.filter(isAddress))];
}

/** Enough to tell an address from other rows; node:net would take longer to load than the rest of the report to read. */
function isAddress(text: string): boolean {
  const parts = text.split('.');
  if (parts.length === 4) return parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  const groups = text.split(':');
  const isShort = text.includes('::');
  return (
    (isShort ? groups.length <= 8 : groups.length === 8) && groups.every((group) => /^[0-9a-f]{0,4}$/i.test(group))
  );
}
