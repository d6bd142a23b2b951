import { parseArchitecture } from '../../terms/architecture.ts';
import type { Architecture } from '../../terms/architecture.ts';
import { parseInstallationType } from '../../terms/installation-type.ts';
import type { WindowsBuild } from '../../terms/windows-build.ts';
import { tryParseKbNumber } from '../../terms/kb-number.ts';
import type { InstalledUpdate } from '../installed-update.ts';
import { inOrder } from '../installed-update.ts';
import { emptyInventory } from '../inventory.ts';
import type { InstalledSoftware, Inventory } from '../inventory.ts';
import { parseUbr } from './build-number.ts';
import { factsOfNames, factsOfPackages, stateOfCurrentState } from './cbs-packages.ts';
import type { PackageFacts } from './cbs-packages.ts';
import { versionOfBuild } from './cbs-package.ts';
import { dotnetVersionOf } from './dotnet-release.ts';
import { officeProducts } from './office-products.ts';
import { kbsNamedIn } from './kb-names.ts';
import { isPath, isWow64, numberValue, textValue, uniteKeys } from './registry-keys.ts';
import type { RegistryKey } from './registry-keys.ts';
import { installationTypeOfName } from './windows-name.ts';

const currentVersion = 'microsoft\\windows nt\\currentversion';
const servicing = 'component based servicing';
const packages = `${servicing}\\packages\\`;
const autoUpdate = 'windowsupdate\\auto update';

/** What keys of one device's registry say, whatever tool printed them. Keys that mean nothing here are passed over. */
export function inventoryOfRegistry(all: readonly RegistryKey[]): Inventory {
  const keys = uniteKeys(all);
  const find = (...ends: readonly string[]): RegistryKey | undefined => findKey(keys, ends);
  const windows = find(currentVersion);
  const listed = packageFactsOf(keys);
  const name = textValue(windows, 'productname');
  const release = textValue(windows, 'releaseid');
  return {
    ...emptyInventory,
    device: { ...emptyInventory.device, name: deviceName(find) },
    os: {
      name,
      build: buildOf(all, windows),
      rollupLevel: listed.rollupLevel,
      rollupLevelFrom: listed.rollupLevelFrom,
      // The release id stays 2009 from Windows 10 20H2 on.
      displayVersion: textValue(windows, 'displayversion') ?? (release === '2009' ? undefined : release),
      architecture: architectureOf(windows, find('session manager\\environment')) ?? listed.architecture,
      installationType:
        parseInstallationType(textValue(windows, 'installationtype') ?? '') ?? installationTypeOfName(name),
      editionId: textValue(windows, 'editionid'),
    },
    updates: inOrder([...listed.updates, ...hotfixesOf(keys), ...patchesOf(keys)]),
    software: softwareOf(keys, find),
    components: {
      dotnetFramework: dotnetOf(find),
      internetExplorer: textValue(find('microsoft\\internet explorer'), 'svcversion', 'version'),
    },
    pendingReboot: listed.pendingReboot ?? pendingRebootOf(keys),
  };
}

/** The keys at a path, Windows' own before what 32-bit programs see; several where a dump holds one more than once. */
function keysAt(keys: readonly RegistryKey[], ends: readonly string[]): readonly RegistryKey[] {
  const found = keys.filter((key) => ends.some((end) => isPath(key, end)));
  const own = found.filter((key) => !isWow64(key));
  return own.length > 0 ? own : found;
}

function findKey(keys: readonly RegistryKey[], ends: readonly string[]): RegistryKey | undefined {
  return keysAt(keys, ends)[0];
}

type Find = (...ends: readonly string[]) => RegistryKey | undefined;

/**
 * The builds that `CurrentVersion` names: under its two names, and each time it stands in the dump. Where they differ none is
 * to be believed.
 */
function buildsOf(all: readonly RegistryKey[]): readonly number[] {
  const texts = keysAt(all, [currentVersion]).flatMap((windows) =>
    // XP has "1.511.1 () (Obsolete data - do not use)" as CurrentBuild.
    ['currentbuildnumber', 'currentbuild'].map((name) => textValue(windows, name) ?? ''),
  );
  return [...new Set(texts.filter((text) => /^\d{4,5}$/.test(text)).map(Number))];
}

/** The UBRs likewise. */
function ubrsOf(all: readonly RegistryKey[]): readonly number[] {
  const found = keysAt(all, [currentVersion]).flatMap((windows) => parseUbr(windows.values.get('ubr')) ?? []);
  return [...new Set(found)];
}

/** Why a device's registry tells no build, or no UBR, although it names some; `undefined` where nothing is wrong. */
export function doubtOfRegistry(keys: readonly RegistryKey[]): string | undefined {
  const [builds, ubrs] = [buildsOf(keys), ubrsOf(keys)];
  if (builds.length > 1) return `CurrentBuildNumber and CurrentBuild are ${builds.join(' and ')}: neither is believed`;
  return ubrs.length > 1 ? `UBR is ${ubrs.join(' and ')}: neither is believed` : undefined;
}

/** `CurrentVersion` says 6.3 on Windows 10 and 11: the version follows from the build, but for XP and 2003. */
function buildOf(all: readonly RegistryKey[], windows: RegistryKey | undefined): WindowsBuild | undefined {
  const [build, other] = buildsOf(all);
  const ubrs = ubrsOf(all);
  if (build === undefined || other !== undefined) return undefined;
  const [major, minor] = versionOfBuild(build);
  const old = /^(5)\.([12])$/.exec(textValue(windows, 'currentversion') ?? '');
  if (major === 0 && old === null) return undefined;
  return {
    major: major === 0 ? Number(old?.[1]) : major,
    minor: major === 0 ? Number(old?.[2]) : minor,
    build,
    ubr: ubrs.length === 1 ? ubrs[0] : undefined,
  };
}

/** `19041.1.amd64fre.vb_release.191206-1406`. */
function architectureOf(
  windows: RegistryKey | undefined,
  environment: RegistryKey | undefined,
): Architecture | undefined {
  const labelled = /\.(amd64|x86|arm64|ia64)(?:fre|chk)\./i.exec(
    textValue(windows, 'buildlabex', 'buildlab') ?? '',
  )?.[1];
  const word = labelled ?? textValue(environment, 'processor_architecture');
  return word === undefined ? undefined : parseArchitecture(word);
}

function deviceName(find: Find): string | undefined {
  return (
    textValue(find('services\\tcpip\\parameters'), 'hostname', 'nv hostname') ??
    textValue(find('control\\computername\\computername', 'control\\computername\\activecomputername'), 'computername')
  );
}

/** `.NET Framework`: 4.5 and later by their release number, 4.0 by its version, 3.5 by its own key. */
function dotnetOf(find: Find): readonly string[] {
  const full = find('ndp\\v4\\full');
  const release = numberValue(full, 'release');
  const four =
    release === undefined
      ? textValue(full, 'version')?.startsWith('4.0.') === true
        ? '4.0'
        : undefined
      : dotnetVersionOf(release);
  const three = find('ndp\\v3.5');
  const isThree = three !== undefined && (numberValue(three, 'install') ?? 1) === 1 && three.values.size > 0;
  return [...(isThree ? ['3.5'] : []), ...(four === undefined ? [] : [four])];
}

/**
 * Packages by their keys. Where no state is among them, only their names were listed; while a restart is pending, for which one of
 * them may wait, names prove nothing, and where none is, the newest is the one.
 */
function packageFactsOf(keys: readonly RegistryKey[]): PackageFacts {
  const found = keys.flatMap((key) => {
    const at = key.path.toLowerCase().lastIndexOf(packages);
    const name = at === -1 ? '' : key.path.slice(at + packages.length);
    return name === '' || name.includes('\\') ? [] : [{ name, current: numberValue(key, 'currentstate') }];
  });
  const pending = pendingRebootOf(keys);
  if (found.every(({ current }) => current === undefined) && pending !== true) {
    const facts = factsOfNames(found.map(({ name }) => name));
    return pending === false ? { ...facts, rollupLevelFrom: undefined } : facts;
  }
  return factsOfPackages(
    found.map(({ name, current }) => ({
      name,
      state: current === undefined ? undefined : stateOfCurrentState(current),
      installedOn: undefined,
    })),
  );
}

/** Updates of Windows XP and 2003: `…\Windows NT\CurrentVersion\HotFix\KB2570791` with `Installed` 1. */
function hotfixesOf(keys: readonly RegistryKey[]): readonly InstalledUpdate[] {
  return keys.flatMap((key) => {
    const id = /\\windows nt\\currentversion\\hotfix\\(KB\d{6,7})(?:-\w{1,20}|v\d)?$/i.exec(key.path)?.[1];
    const kb = id === undefined ? undefined : tryParseKbNumber(id);
    return kb === undefined || numberValue(key, 'installed') !== 1
      ? []
      : [{ kb, installedOn: undefined, state: 'installed' }];
  });
}

function isProgram({ path }: RegistryKey): boolean {
  return /\\currentversion\\uninstall\\[^\\]+$/i.test(path);
}

/** Updates of programs that stand among the programs, below the one they belong to: `… 2016 (KB5002254) 64-Bit Edition`. */
function patchesOf(keys: readonly RegistryKey[]): readonly InstalledUpdate[] {
  return keys.flatMap((key): readonly InstalledUpdate[] =>
    isProgram(key) && textValue(key, 'parentkeyname') !== undefined
      ? kbsNamedIn(textValue(key, 'displayname') ?? '').map((kb) => ({
          kb,
          installedOn: undefined,
          state: 'installed',
        }))
      : [],
  );
}

function softwareOf(keys: readonly RegistryKey[], find: Find): readonly InstalledSoftware[] {
  const office = find('office\\clicktorun\\configuration', 'office\\15.0\\clicktorun\\configuration');
  const version = textValue(office, 'versiontoreport', 'clienttoreport');
  const programs = keys.flatMap((key): readonly InstalledSoftware[] => {
    if (!isProgram(key) || textValue(key, 'parentkeyname') !== undefined) return [];
    const name = textValue(key, 'displayname');
    return name === undefined
      ? []
      : [{ name, vendor: textValue(key, 'publisher'), version: textValue(key, 'displayversion') }];
  });
  const own = version === undefined ? [] : officeProducts(textValue(office, 'productreleaseids'), version);
  const byText = new Map([...own, ...defenderOf(find), ...programs].map((each) => [JSON.stringify(each), each]));
  return [...byText.values()];
}

/** Defender's platform tells its version by its place alone: `C:\ProgramData\…\Windows Defender\Platform\4.18.26040.7-0\`. */
function defenderOf(find: Find): readonly InstalledSoftware[] {
  const place = textValue(find('microsoft\\windows defender'), 'installlocation') ?? '';
  const version = /\\Platform\\(\d{1,5}(?:\.\d{1,6}){3})-/i.exec(place)?.[1];
  return version === undefined
    ? []
    : [{ name: 'Microsoft Defender Antimalware Platform', vendor: 'Microsoft Corporation', version }];
}

/**
 * Pending where one of the two keys is there. Not pending where the keys around both were printed whole, with others
 * under them, and neither is: a key alone may have been asked for by name. `PendingFileRenameOperations` is noise.
 */
function pendingRebootOf(keys: readonly RegistryKey[]): boolean | undefined {
  const under = (parent: string): readonly string[] =>
    keys.flatMap(({ path }) => {
      const at = path.toLowerCase().lastIndexOf(`\\${parent}\\`);
      return at === -1
        ? []
        : [
            path
              .toLowerCase()
              .slice(at + parent.length + 2)
              .split('\\')[0] ?? '',
          ];
    });
  const [cbs, update] = [under(servicing), under(autoUpdate)];
  if (cbs.includes('rebootpending') || update.includes('rebootrequired')) return true;
  return cbs.some((name) => name !== 'packages') && update.length > 0 ? false : undefined;
}
