import type { Architecture } from '../../terms/architecture.ts';
import { parseArchitecture } from '../../terms/architecture.ts';
import type { WindowsBuild } from '../../terms/windows-build.ts';
import { inOrder } from '../installed-update.ts';
import type { InstalledUpdate, UpdateState } from '../installed-update.ts';
import { parseCbsPackage } from './cbs-package.ts';

/** A servicing package as a list shows it. */
export interface ListedPackage {
  /** `Package_for_RollupFix~31bf3856ad364e35~amd64~~19041.3930.1.11`. */
  readonly name: string;
  /** `undefined` where it cannot be told: then the package proves nothing. */
  readonly state: UpdateState | undefined;
  readonly installedOn: string | undefined;
}

/** What a list of packages tells of its device. */
export interface PackageFacts {
  /** Of the newest roll-up that is installed. */
  readonly rollupLevel: WindowsBuild | undefined;
  /** Of the one below it, where nobody says which of the two is installed. */
  readonly rollupLevelFrom: WindowsBuild | undefined;
  readonly updates: readonly InstalledUpdate[];
  readonly architecture: Architecture | undefined;
  /** `true` where a package is put in or taken off at the next start; that none is proves nothing, the list may be a part. */
  readonly pendingReboot: true | undefined;
}

/** `name~publisher~architecture~language~version`. */
export const packageName =
  /(?<![\w.~])([A-Za-z][\w.+-]{0,180}~[0-9a-f]{16}~(?:amd64|x86|wow64|arm64|arm|msil|ia64)~[A-Za-z-]{0,20}~\d{1,5}(?:\.\d{1,6}){1,3})(?![\w.]*\.(?:mum|cat|xml)|[\w~])/i;

/**
 * The level, the updates and the architecture. An update made of several packages is as its whole is (`Package_for_KB…`), not
 * as its parts are (`Package_2_for_KB…`).
 */
export function factsOfPackages(packages: readonly ListedPackage[]): PackageFacts {
  const levels: WindowsBuild[] = [];
  const whole: InstalledUpdate[] = [];
  const parts: InstalledUpdate[] = [];
  for (const { name, state, installedOn } of packages) {
    if (state === undefined) continue;
    const told = parseCbsPackage(name);
    if (told?.rollupLevel !== undefined && state === 'installed') levels.push(told.rollupLevel);
    if (told?.kb !== undefined) (/^Package_for_/i.test(name) ? whole : parts).push({ kb: told.kb, installedOn, state });
  }
  const wholeKbs = new Set(whole.map(({ kb }) => kb));
  return {
    rollupLevel: levels.sort(newestFirst)[0],
    rollupLevelFrom: undefined,
    updates: inOrder([...whole, ...parts.filter(({ kb }) => !wholeKbs.has(kb))]),
    architecture: architectureOf(packages),
    pendingReboot: packages.some(({ state }) => state === 'pending') ? true : undefined,
  };
}

/**
 * The same of packages of which only the names are listed. They count as installed, but servicing keeps the names of what was
 * superseded and of what waits for a restart: of several roll-ups the newest or the one below it is the level, and an update that
 * is above the latter proves nothing.
 */
export function factsOfNames(names: readonly string[]): PackageFacts {
  const levels = names.flatMap((name) => parseCbsPackage(name)?.rollupLevel ?? []).sort(newestFirst);
  const [newest] = levels;
  const below = levels.find((each) => newest !== undefined && newestFirst(newest, each) < 0);
  const sure = names.filter((name) => below === undefined || !isAbove(name, below));
  const facts = factsOfPackages(sure.map((name) => ({ name, state: 'installed', installedOn: undefined })));
  return below === undefined ? facts : { ...facts, rollupLevel: newest, rollupLevelFrom: below };
}

function newestFirst(a: WindowsBuild, b: WindowsBuild): number {
  return b.build - a.build || (b.ubr ?? 0) - (a.ubr ?? 0);
}

/** Whether a package is of a later level: `Package_for_KB5034122~31bf3856ad364e35~amd64~~19041.3930.1.1`. */
function isAbove(name: string, { build, ubr = 0 }: WindowsBuild): boolean {
  const [, ownBuild, ownUbr] = /~(\d{4,5})\.(\d{1,5})(?:\.\d{1,5}){0,2}$/.exec(name.trim()) ?? [];
  return Number(ownBuild) === build && Number(ownUbr) > ubr;
}

/** Windows' own foundation and its roll-ups are of the system's architecture; other packages may be of a second one. */
function architectureOf(packages: readonly ListedPackage[]): Architecture | undefined {
  for (const { name } of packages) {
    const word = /^(?:Package_for_RollupFix|Microsoft-Windows-Foundation-Package)~[^~]*~(amd64|x86|arm64|ia64)~/i.exec(
      name,
    )?.[1];
    if (word !== undefined) return parseArchitecture(word);
  }
  return undefined;
}

/**
 * `CurrentState` of the registry. Source: Microsoft, "CBS Servicing States Chart": 0x70 installed, 0x80 permanent, 0x50
 * superseded, 0x40 staged, 0x60 install pending, 0x05 uninstall pending, 0x65 partially installed, 0 absent.
 * What is pending waits for a restart; what is installed in part may wait for anything.
 */
export function stateOfCurrentState(value: number): UpdateState | undefined {
  switch (value) {
    case 0x70:
    case 0x80:
      return 'installed';
    case 0x50:
      return 'superseded';
    case 0x10:
    case 0x20:
    case 0x30:
    case 0x40:
    case 0x65:
      return 'staged';
    case 0x05:
    case 0x60:
      return 'pending';
    case 0:
      return 'uninstalled';
    default:
      return undefined;
  }
}

/** `DismPackageFeatureState` by number, as JSON of Get-WindowsPackage has it. Source: Microsoft, DISM API reference. */
const dismStates: readonly UpdateState[] = [
  'uninstalled',
  'pending',
  'staged',
  'uninstalled',
  'installed',
  'pending',
  'superseded',
  'staged',
];

/** The same by name, without blanks: `Install Pending` of dism, `InstallPending` of PowerShell. */
const stateNames: Readonly<Record<string, UpdateState>> = {
  notpresent: 'uninstalled',
  uninstallpending: 'pending',
  staged: 'staged',
  removed: 'uninstalled',
  resolved: 'uninstalled',
  installed: 'installed',
  permanent: 'installed',
  installpending: 'pending',
  superseded: 'superseded',
  partiallyinstalled: 'staged',
};

/** State of a package by DISM's number or English name; `undefined` for what is neither. */
export function stateOfDism(text: string): UpdateState | undefined {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '');
  if (/^\d$/.test(plain)) return dismStates[Number(plain)];
  return Object.hasOwn(stateNames, plain) ? stateNames[plain] : undefined;
}
