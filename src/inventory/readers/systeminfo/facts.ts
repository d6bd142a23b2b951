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
    updates: listInstalled(kbsOf(rest)),
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

/**
 * Rows such as `[01]: KB5037589` and `[183]: KB2510531-IE8 - Update`. Rows of old systems (`File 1`, `Q147222`) name no KB. Of
 * Windows Server 2003 the list is cut at some length, in the midst of a number: then more rows are announced than are there,
 * and the last does not count.
 */
function kbsOf(rest: readonly string[]): readonly string[] {
  const text = rest.join('\n');
  const rows = Array.from(text.matchAll(/\[(\d{1,4})\]:\s{0,80}(KB\d{4,7})(?!\d)/gi), ([, row = '', kb = '']) => ({
    row: Number(row),
    kb,
  }));
  const last = rows.at(-1);
  const isCut = last !== undefined && last.kb.length < 9 && announced(text, last.row);
  return (isCut ? rows.slice(0, -1) : rows).filter(({ kb }) => kb.length >= 8).map(({ kb }) => kb);
}

/** Whether the list's heading speaks of more rows than `last`: `352 Hotfix(s) Installed.`, `Число установленных исправлений - 352.` */
function announced(text: string, last: number): boolean {
  const before = text.slice(0, Math.max(0, text.search(/\[0?1\]:\s{0,80}(?:KB|File 1|Q)\d*/i)));
  const count = Number(/(\d{1,4})\D*$/.exec(before.slice(-200))?.[1] ?? 0);
  return count > last;
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
