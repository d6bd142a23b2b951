import type { ListedPackage } from '../../facts/cbs-packages.ts';
import { parseCbsPackage } from '../../facts/cbs-package.ts';
import { packageName, stateOfDism } from '../../facts/cbs-packages.ts';
import { tryParseWindowsBuild } from '../../../terms/windows-build.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';

/** A package with the word that stands for its state, in whatever language; without one where only names are listed. */
export interface NamedPackage {
  readonly name: string;
  readonly word: string | undefined;
}

/** What one run of the tool printed. */
export interface DismListing {
  readonly packages: readonly NamedPackage[];
  /** `Image Version: 10.0.19045.3930`. */
  readonly image: WindowsBuild | undefined;
}

const everyName = new RegExp(packageName, 'gi');
const versionLine = /^[^\r\n:：]{1,60}[:：]\s*(\d{1,2}\.\d{1,2}\.\d{4,5}\.\d{1,5})\s*$/;

/**
 * The listings of a text, by shape: a package's state stands behind it after a bar (`/format:table`), or in the next line after
 * a colon (`/format:list`). Two lines with versions before the packages are the tool's own and the image's; where they come
 * again, the next listing begins.
 */
export function dismListings(text: string): readonly DismListing[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r*\n/);
  const listings: { packages: NamedPackage[]; versions: string[] }[] = [{ packages: [], versions: [] }];
  for (const [at, line] of lines.entries()) {
    const version = versionLine.exec(line.slice(0, 200))?.[1];
    let open = listings.at(-1);
    if (version !== undefined) {
      if (open === undefined || open.packages.length > 0) listings.push((open = { packages: [], versions: [] }));
      open.versions.push(version);
    } else open?.packages.push(...packagesOf(lines, at));
  }
  return listings
    .filter(({ packages }) => packages.length > 0)
    .map(({ packages, versions }) => ({
      packages,
      image: versions.length > 1 ? imageVersion(versions.at(-1)) : undefined,
    }));
}

function packagesOf(lines: readonly string[], at: number): readonly NamedPackage[] {
  const line = (lines[at] ?? '').slice(0, 2000);
  // Keys of the registry are its own reader's: below them stands the state.
  if (!line.includes('~') || /^\s*\[?(?:HKEY_|HKLM|\\\\)/i.test(line)) return [];
  const names = Array.from(line.matchAll(everyName), (match) => ({
    name: match[1] ?? '',
    end: match.index + match[0].length,
  }));
  return names.map(({ name, end }) => ({
    name,
    word: names.length > 1 ? undefined : (stateBehind(line.slice(end)) ?? stateBelow(line, lines, at)),
  }));
}

/** ` | Installed | Security Update | 1/10/2024 5:12 PM`. */
function stateBehind(rest: string): string | undefined {
  return wordOf(/^\s*\|\s*([^|]{1,60})/.exec(rest)?.[1]);
}

/** `State : Installed` under `Package Identity : …`, whatever both are called; of PowerShell's list the line that has the state. */
function stateBelow(line: string, lines: readonly string[], at: number): string | undefined {
  if (!/^\s*[^\s:：~][^:：~]{0,60}[:：]\s/.test(line)) return undefined;
  const below = lines.slice(at + 1, at + 4);
  const end = below.findIndex((each) => each.trim() === '' || each.includes('~'));
  const words = below
    .slice(0, end === -1 ? undefined : end)
    .flatMap((each) => wordOf(/^\s*[^\s:：][^:：]{0,60}[:：]\s*(.{1,60})$/.exec(each.slice(0, 300))?.[1]) ?? []);
  return words.find((word) => stateOfDism(word) !== undefined) ?? words[0];
}

function wordOf(text: string | undefined): string | undefined {
  const word = text?.trim() ?? '';
  return word === '' ? undefined : word;
}

/**
 * The image's version is that of the running system from Windows 10 on. Before 1709 its fourth part is the first release's
 * (`10.0.14393.0`, `10.0.10240.16384`), as on Windows 8.1 and older.
 */
function imageVersion(text: string | undefined): WindowsBuild | undefined {
  const build = tryParseWindowsBuild(text ?? '');
  if (build === undefined) return undefined;
  const ubr = build.ubr ?? 0;
  return { ...build, ubr: build.build < 16299 || ubr < 2 ? undefined : ubr };
}

/**
 * Packages with their states. Packages whose words are the same are in one state, whatever the words mean: that of a package which
 * is surely installed, else that of DISM's English words. A package whose word is none of them proves nothing, in whatever language
 * it may say "installed" or "pending".
 */
export function withStates({ packages, image }: DismListing): {
  readonly packages: readonly ListedPackage[];
  /** Words that stand for states other than installed, or for none that is known, with how many packages have them. */
  readonly unknown: ReadonlyMap<string, number>;
} {
  const installed = surelyInstalledWord(packages, image);
  const unknown = new Map<string, number>();
  const listed = packages.map(({ name, word }): ListedPackage => {
    const isInstalled = word !== undefined && word === installed;
    const state = isInstalled ? 'installed' : stateOfDism(word ?? '');
    if (state === undefined) unknown.set(word ?? '', (unknown.get(word ?? '') ?? 0) + 1);
    return { name, state, installedOn: undefined };
  });
  return { packages: listed, unknown };
}

/** Letters that a console's page lacks become `?`: there other words of this length look the same. An ellipsis cuts the end off. */
function isWhole(word: string): boolean {
  return !/[?\ufffd]|\u2026$|\.{2,}$/.test(word);
}

/**
 * The word of packages that no running system is without: Windows' own foundation, and the roll-up whose level the image has.
 * None where their words differ, or where the word says too little: one roll-up is installed, those before it were superseded and
 * those above the running one wait.
 */
function surelyInstalledWord(packages: readonly NamedPackage[], image: WindowsBuild | undefined): string | undefined {
  const levelIn = ({ name }: NamedPackage): WindowsBuild | undefined => parseCbsPackage(name)?.rollupLevel;
  const sure = packages.filter((each) => {
    if (/^Microsoft-Windows-Foundation-Package~/i.test(each.name)) return true;
    const ubr = levelIn(each)?.ubr;
    return ubr !== undefined && ubr === image?.ubr;
  });
  const words = new Set(sure.map(({ word }) => word));
  const [word] = words;
  if (words.size !== 1 || word === undefined || !isWhole(word)) return undefined;
  const levels = packages.filter((each) => each.word === word).flatMap((each) => levelIn(each)?.ubr ?? []);
  if (new Set(levels).size > 1 || levels.some((ubr) => image?.ubr !== undefined && ubr > image.ubr)) return undefined;
  // What is known to be another state was staged for an image of the same level.
  return (stateOfDism(word) ?? 'installed') === 'installed' ? word : undefined;
}
