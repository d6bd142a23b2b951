import type { Architecture } from '../../../terms/architecture.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import type { Inventory } from '../../inventory.ts';
import { emptyInventory } from '../../inventory.ts';
import { listInstalled } from '../../installed-update.ts';
import { tryParseWindowsBuild } from '../../../terms/windows-build.ts';

/** What one host's output says, taken out of whichever form. */
export interface SystemFacts {
  readonly host: string | undefined;
  readonly name: string | undefined;
  /** `10.0.19045`. */
  readonly version: string;
  /** Lines or cells behind the version, in their order. */
  readonly rest: readonly string[];
}

/** `10.0.17134 N/D build 17134`, `6.1.7601 Service Pack 1 Build 7601`: the third number comes again near the end. */
const cell = /^\s*(\d{1,2}\.\d{1,2}\.(\d{4,5}))(?![\d.])[ \t\u00a0][^\r\n]{0,120}?(?<!\d)\2(?!\d)[^\d\r\n]{0,20}$/;

export function isVersionCell(text: string): boolean {
  return text.length <= 200 && cell.test(text);
}

/** The version in such a cell. */
export function versionOf(text: string): string | undefined {
  return text.length <= 200 ? cell.exec(text)?.[1] : undefined;
}

export function inventoryOf({ host, name, version, rest }: SystemFacts): Inventory {
  const { kbs, isCut } = hotfixesOf(rest);
  return {
    ...emptyInventory,
    device: { ...emptyInventory.device, name: isHostName(host) ? host : undefined, ipAddresses: ipAddressesOf(rest) },
    os: {
      ...emptyInventory.os,
      name,
      build: tryParseWindowsBuild(version),
      architecture: architectureOf(rest),
      installationType: installationTypeOfName(name),
    },
    updates: listInstalled(kbs),
    ...(isCut ? { updatesCut: true } : {}),
  };
}

/** What stands two lines before the version may be something else where the output was filtered. */
function isHostName(text: string | undefined): boolean {
  return text !== undefined && text.length <= 255 && !/[\s\\/"]/.test(text);
}

/** A value without the blanks around it; no-break spaces stand inside French names. */
export function valueOf(text: string | undefined): string | undefined {
  const value = text?.replace(/\s+/g, ' ').trim();
  return value === undefined || value === '' ? undefined : value;
}

/**
 * `x64-based PC`, `x64-basierter PC`, `PC basé sur x64`: the first such word beside "PC", else the first that is not a
 * processor's.
 */
function architectureOf(rest: readonly string[]): Architecture | undefined {
  const words = rest.flatMap((text) => {
    const word = /(?<![\w\\])(x64|x86|arm64|ia64|itanium)(?!\w)/i.exec(text)?.[1];
    return word === undefined ? [] : [{ text, word }];
  });
  const named =
    words.find(({ text }) => /\bPC\b/.test(text)) ?? words.find(({ text }) => !/Family|Model|~\d+/i.test(text));
  return named === undefined ? undefined : parseArchitecture(named.word);
}

/** The list of updates, and whether rows of it are missing. */
interface ShownHotfixes {
  readonly kbs: readonly string[];
  readonly isCut: boolean;
}

/**
 * Rows such as `[01]: KB5037589` and `[183]: KB2510531-IE8 - Update`. Rows of old systems (`File 1`, `Q147222`) name no KB. A file may
 * end too early, and of Windows Server 2003 the list is cut at some length, in the midst of a number: then more rows are announced than
 * are there, and a short last one does not count.
 */
function hotfixesOf(rest: readonly string[]): ShownHotfixes {
  const text = rest.join('\n');
  const rows = Array.from(text.matchAll(hotfixRow), ([, row = '', entry = '']) => ({ row: Number(row), entry }));
  const last = rows.at(-1);
  if (last === undefined) return { kbs: [], isCut: false };
  const isCut = announced(text) > last.row;
  const isHalf = isCut && last.entry.length < 9;
  const kbs = (isHalf ? rows.slice(0, -1) : rows).map(({ entry }) => entry);
  return { kbs: kbs.filter((entry) => /^KB\d{6,7}$/i.test(entry)), isCut };
}

const hotfixRow = /\[(\d{1,4})\]:\s{0,80}(KB\d{0,7}(?!\d)|File 1|Q\d{5,6})/gi;

/** The rows that the list's heading speaks of: `352 Hotfix(s) Installed.`, `Число установленных исправлений - 352.`; 0 without one. */
function announced(text: string): number {
  const before = text.slice(0, Math.max(0, text.search(/\[0{0,3}1\]:\s{0,80}(?:KB|File 1|Q)\d*/i)));
  const heading = before.trimEnd().split('\n').at(-1)?.slice(-200) ?? '';
  return Number(/(?<![\d.:,])(\d{1,4})(?![\d.:]*\d)\D*$/.exec(heading)?.[1] ?? 0);
}

function ipAddressesOf(rest: readonly string[]): readonly string[] {
  const found = Array.from(
    rest.join('\n').matchAll(/\[\d{1,3}\]:[ \t]{0,20}([0-9a-f.:]{3,45})(?=[ \t]*(?:,|$))/gim),
    ([, address = '']) => address,
  );
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
