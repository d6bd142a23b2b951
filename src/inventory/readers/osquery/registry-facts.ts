import { parseCbsPackage } from '../../facts/cbs-package.ts';
import { factsOfPackages, stateOfCurrentState } from '../../facts/cbs-packages.ts';
import type { ListedPackage, PackageFacts } from '../../facts/cbs-packages.ts';
import { dotnetVersionOf } from '../../facts/dotnet-release.ts';
import type { InstalledSoftware, ReportedComponents } from '../../inventory.ts';
import type { RegistryValues } from './registry-values.ts';

const netFramework = 'SOFTWARE\\Microsoft\\NET Framework Setup\\NDP';
const clickToRun = 'SOFTWARE\\Microsoft\\Office\\ClickToRun\\Configuration';
const microsoft = 'Microsoft Corporation';

/** Keys that stand there while an update waits for a restart. Source: the specification's section on the registry. */
const rebootKeys: readonly string[] = [
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending',
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired',
];

/** `true` where one of the keys is there; their absence proves nothing, since nobody may have asked. */
export function pendingRebootOf(registry: RegistryValues): true | undefined {
  return rebootKeys.some((key) => registry.hasKey(key)) ? true : undefined;
}

export function componentsOf(registry: RegistryValues): ReportedComponents {
  const release = Number(registry.get(`${netFramework}\\v4\\Full`, 'Release') ?? Number.NaN);
  const version = Number.isNaN(release) ? undefined : dotnetVersionOf(release);
  const has35 = registry.get(`${netFramework}\\v3.5`, 'Install') === '1';
  const explorer = registry.get('SOFTWARE\\Microsoft\\Internet Explorer', 'svcVersion');
  return {
    dotnetFramework: [...(has35 ? ['3.5'] : []), ...(version === undefined ? [] : [version])],
    internetExplorer: explorer !== undefined && /^\d+(?:\.\d+){3}$/.test(explorer) ? explorer : undefined,
  };
}

/** What tells its version nowhere but in the registry. */
export function softwareOf(
  registry: RegistryValues,
  listed: readonly InstalledSoftware[],
): readonly InstalledSoftware[] {
  const office = registry.get(clickToRun, 'VersionToReport');
  const found: InstalledSoftware[] = [];
  // The list of programs has it too, by its name in the system's language.
  if (office !== undefined && !listed.some(({ version }) => version === office))
    found.push({ name: officeName(registry.get(clickToRun, 'ProductReleaseIds')), vendor: microsoft, version: office });
  const defender = /\\Platform\\(\d{1,5}(?:\.\d{1,6}){3})-/i.exec(
    registry.get('SOFTWARE\\Microsoft\\Windows Defender', 'InstallLocation') ?? '',
  )?.[1];
  if (defender !== undefined)
    found.push({ name: 'Microsoft Defender Antimalware Platform', vendor: microsoft, version: defender });
  return found;
}

/** `O365ProPlusRetail,VisioProRetail`, `Standard2021Volume`: one build serves all that is installed beside each other. */
function officeName(productIds: string | undefined): string {
  const ids = productIds ?? '';
  const [, year] = /(20(?:19|21|24))(?:Retail|Volume)/i.exec(ids) ?? [];
  if (/O365Business/i.test(ids)) return 'Microsoft 365 Apps for business';
  if (/O365/i.test(ids)) return 'Microsoft 365 Apps for enterprise';
  if (year !== undefined) return `Microsoft Office ${year}`;
  return ids === '' ? 'Microsoft Office' : 'Microsoft Office 2016';
}

const packages = /\\component based servicing\\packages\\([^\\]{1,260})(\\currentstate)?$/;

/**
 * Packages of the servicing stack by their keys. A roll-up's level counts where its state says installed, or where nobody asked
 * for the state and no restart is pending; an update's package counts with its state only.
 */
export function cbsFactsOf(registry: RegistryValues): PackageFacts {
  const listed = [...packageStates(registry)].flatMap(([name, code]): readonly ListedPackage[] => {
    if (code !== undefined) return [{ name, state: stateOfCurrentState(code), installedOn: undefined }];
    const isRollup = parseCbsPackage(name)?.rollupLevel !== undefined;
    return [
      { name, state: isRollup && pendingRebootOf(registry) !== true ? 'installed' : undefined, installedOn: undefined },
    ];
  });
  return factsOfPackages(listed);
}

/** Every package by its name, with its state where one was asked for. */
function packageStates(registry: RegistryValues): ReadonlyMap<string, number | undefined> {
  const found = new Map<string, number | undefined>();
  for (const path of registry.paths()) {
    const [, name, value] = packages.exec(path) ?? [];
    if (name === undefined) continue;
    const state = value === undefined ? undefined : Number(registry.valueAt(path) ?? Number.NaN);
    found.set(name, state ?? found.get(name));
  }
  return found;
}
