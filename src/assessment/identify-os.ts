import type { Catalogue } from '../catalogue/catalogue.ts';
import {
  findNamedVersion,
  findWindowsVersion,
  isRollupEra,
  isUbrOfSide,
  parseWindowsProduct,
  windowsVersions,
} from '../catalogue/windows-version.ts';
import type { WindowsProduct, WindowsSide, WindowsVersion } from '../catalogue/windows-version.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import { tryParseWindowsBuild } from '../terms/windows-build.ts';
import type { WindowsBuild } from '../terms/windows-build.ts';
import type { UndeterminedReason } from './assessment.ts';

/** A published Windows that the device can be. */
export interface OsCandidate {
  /** The catalogue's number of the product. */
  readonly product: number;
  readonly windows: WindowsProduct;
}

/** The published products that fit what the device says; several where client or server, or the architecture, is unsaid. */
export type OsIdentity =
  | { readonly kind: 'identified'; readonly candidates: readonly OsCandidate[]; readonly ubr: number | undefined }
  | { readonly kind: 'unidentified'; readonly reason: UndeterminedReason; readonly detail: string };

/**
 * Which published Windows the device runs: the build decides, the name helps where there is none. Client or server is
 * said by the installation type, the edition or the name; where the build exists for one of them only, by the build.
 */
export function identifyOs(state: PatchState, catalogue: Catalogue): OsIdentity {
  const { os } = state;
  const build = os.build === null ? undefined : tryParseWindowsBuild(os.build);
  const level = os.rollupLevel === undefined ? undefined : tryParseWindowsBuild(os.rollupLevel);
  if (build === undefined && level === undefined && (os.name ?? '').trim() === '') {
    return unidentified('no-os-identity', 'the report names neither a build nor an operating system');
  }
  const onHci = /Azure Stack HCI|Azure Local/i.test(os.name ?? '') || /AzureStackHCI/i.test(os.editionId ?? '');
  if (onHci || build?.build === azureStackHciBuild) {
    return unidentified(
      'product-not-covered',
      'Azure Stack HCI and Azure Local are updated as a whole solution: the documents name hardly any of its fixes, and none by a KB',
    );
  }
  if (/Holographic/i.test(os.name ?? '') || /Holographic/i.test(os.editionId ?? '')) {
    return unidentified('product-not-covered', 'HoloLens shares its builds with Windows, but is serviced apart');
  }
  const sides = saidSides(state);
  if (sides.size > 1) {
    return unidentified(
      'conflicting-evidence',
      `installation type, edition and name of "${os.name ?? ''}" disagree: client or server`,
    );
  }
  const side = [...sides][0];
  const versions = build === undefined ? versionsByNameOrLevel(state, level) : versionsByBuild(build);
  if (build !== undefined && build.major < 10 && versions.length === 0)
    return legacy(os.name ?? `Windows ${build.major}.${build.minor}`);
  if (versions === 'legacy') return legacy(os.name ?? '');
  if (versions.length === 0) {
    return build === undefined
      ? unidentified('no-os-identity', `"${os.name ?? ''}" names no version of Windows that kbgap knows`)
      : unidentified('unrecognised-build', `build ${os.build ?? ''} belongs to no released branch of Windows`);
  }
  return narrow(state, catalogue, { versions, side, build, level });
}

/** A roll-up package alone tells the branch: its versions share one line of updates. */
function versionsByNameOrLevel(
  state: PatchState,
  level: WindowsBuild | undefined,
): readonly WindowsVersion[] | 'legacy' {
  const named = versionsByName(state);
  if (level === undefined || named === 'legacy' || named.length > 0) return named;
  const [own] = versionsByBuild(level);
  return own === undefined ? [] : windowsVersions().filter(({ branch }) => branch === own.branch);
}

/** Azure Stack HCI 22H2 alone; 23H2 shares Windows Server's build. */
const azureStackHciBuild = 20349;

interface Known {
  readonly versions: readonly WindowsVersion[];
  readonly side: WindowsSide | undefined;
  readonly build: WindowsBuild | undefined;
  readonly level: WindowsBuild | undefined;
}

function narrow(state: PatchState, catalogue: Catalogue, { versions, side, build, level }: Known): OsIdentity {
  const [version] = versions;
  const ubr = ubrOn(version, build) ?? ubrOfLevel(version, level);
  if (version !== undefined && versions.length === 1) {
    if (isRollupEra(version) && side !== undefined && version[side] === null) return legacy(state.os.name ?? '');
    const contradiction = contradictionOf(version, side, ubr);
    if (contradiction !== undefined) return unidentified('conflicting-evidence', contradiction);
    const unpublished = side === undefined ? unpublishedSide(version, catalogue) : undefined;
    if (unpublished !== undefined)
      return unidentified(
        'ambiguous-product',
        `build ${version.build} can be ${version.client ?? ''} or ${version.server ?? ''}, and the documents have no updates for ${unpublished}`,
      );
  }
  const core = state.os.installationType === 'Server Core';
  const candidates = versions
    .flatMap((each) => windowsByVersion(catalogue).get(each) ?? [])
    .filter(
      ({ windows }) =>
        (side === undefined || windows.side === side) &&
        fitsRt(windows, state) &&
        (state.os.architecture === null || isX64Only(windows) || windows.architecture === state.os.architecture),
    );
  const exact = preferInstallation(candidates, core).filter(({ product }) => catalogue.hasFixes(product));
  // Where the architecture is unsaid, the one that nearly all devices have gives the counts.
  const common = (each: OsCandidate): number => (each.windows.architecture === 'x64' ? 0 : 1);
  const ordered = exact.toSorted((a, b) => common(a) - common(b) || a.product - b.product);
  if (ordered.length > 0) return { kind: 'identified', candidates: ordered, ubr };
  const named = version === undefined ? '' : (version.client ?? version.server ?? '');
  return unidentified(
    'product-not-covered',
    `the catalogue has no updates for ${named} (${state.os.architecture ?? 'any architecture'})`,
  );
}

/**
 * A fourth part of 0 is what some collectors write for "not asked" (Ansible): no released build has it. Builds from before a
 * release was renumbered (6002, now 6003) stand below every UBR that is published for it.
 */
function ubrOn(version: WindowsVersion | undefined, build: WindowsBuild | undefined): number | undefined {
  if (build?.ubr === undefined || build.ubr === 0) return undefined;
  return version?.alsoBuilds?.includes(build.build) === true ? 1 : build.ubr;
}

/** The level of a sibling build counts: 19041 to 19045 share one sequence of UBRs. */
function ubrOfLevel(version: WindowsVersion | undefined, level: WindowsBuild | undefined): number | undefined {
  if (version === undefined || level === undefined) return undefined;
  return findWindowsVersion(level.build)?.branch === version.branch ? level.ubr : undefined;
}

/** Servers from 2012 on: whatever an inventory calls their processor, there is one. */
function isX64Only({ side, version }: WindowsProduct): boolean {
  return side === 'server' && version.build >= 9200;
}

/** Desktop unless Server Core is said: their updates are the same. Semi-annual servers exist as Core only. */
function preferInstallation(candidates: readonly OsCandidate[], core: boolean): readonly OsCandidate[] {
  return candidates.filter(
    ({ windows }) =>
      windows.side === 'client' ||
      windows.core === core ||
      !candidates.some(
        (other) =>
          other.windows.version === windows.version && other.windows.side === 'server' && other.windows.core === core,
      ),
  );
}

/** Windows RT is 8.1 for ARM: named so, or told by the processor. */
function fitsRt({ version, architecture, side }: WindowsProduct, { os }: PatchState): boolean {
  if (!isRollupEra(version) || side !== 'client') return true;
  const isRt = architecture === 'arm64';
  return /\bRT\b/.test(os.name ?? '') ? isRt : !isRt || os.architecture === 'arm64';
}

/** Of a version that has both sides, the one that no document has updates for: Windows 8. */
function unpublishedSide(version: WindowsVersion, catalogue: Catalogue): string | undefined {
  if (version.client === null || version.server === null) return undefined;
  const sides = new Set((windowsByVersion(catalogue).get(version) ?? []).map(({ windows }) => windows.side));
  return sides.size === 2 ? undefined : sides.has('client') ? version.server : version.client;
}

function contradictionOf(
  version: WindowsVersion,
  side: WindowsSide | undefined,
  ubr: number | undefined,
): string | undefined {
  if (side === undefined) return undefined;
  if (version[side] === null) return `build ${version.build} has no ${side}, but the report says it is one`;
  if (ubr !== undefined && !isUbrOfSide(version.branch, side, ubr)) {
    const other = side === 'client' ? 'server' : 'client';
    return `UBR ${ubr} of build ${version.build} is a ${other}'s, but the report says ${side}`;
  }
  return undefined;
}

function versionsByBuild(build: WindowsBuild): readonly WindowsVersion[] {
  const version = findWindowsVersion(build.build);
  const numbered =
    version !== undefined && isRollupEra(version) ? build.major === 6 : build.major === 10 && build.minor === 0;
  return version === undefined || !numbered ? [] : [version];
}

/** `Windows 10 … LTSC 2019`, `Windows Server 2022 Standard`, `Windows 11 Version 23H2`, or a name with a display version. */
function versionsByName(state: PatchState): readonly WindowsVersion[] | 'legacy' {
  const name = state.os.name ?? '';
  const edition = /Windows Server,? \d{4}, (\d\dH\d) Edition/i.exec(name);
  const server = edition ?? /Windows Server,?(?: version)? (\d{4}|\d\dH\d)\b( R2)?/i.exec(name);
  if (server !== null) {
    const version = findNamedVersion(`Windows Server ${server[1]}${server[2] ?? ''}`, 'server');
    return version === undefined ? (isLegacyName(name) ? 'legacy' : []) : [version];
  }
  const family = /Windows (?:RT )?(10|11|7|8\.1|8)(?![\w.])/i.exec(name)?.[1];
  if (family === undefined) return isLegacyName(name) ? 'legacy' : versionsByRelease(name);
  if (Number(family) < 10) {
    const version = findNamedVersion(`Windows ${family}`, 'client');
    return version === undefined ? 'legacy' : [version];
  }
  const longTerm = /LTS[BC]\s*(20\d\d)/i.exec(name)?.[1] ?? /\b(20\d\d)\s*LTS[BC]/i.exec(name)?.[1];
  const release =
    longTerm === undefined
      ? (/(?:version\s+)?\b(1[5-9]\d\d|20\d\d|2\dH\d)\b/i.exec(name)?.[1] ?? state.os.displayVersion)
      : longTermReleases[longTerm];
  if (release === null || release === undefined) return [];
  const spelled = release.toUpperCase() === '22H3' ? '23H2' : release;
  const version = findNamedVersion(`Windows ${family} ${spelled}`, 'client');
  return version === undefined ? [] : [version];
}

/** A release without a family, `Version 26H1`, where only one Windows has it. */
function versionsByRelease(name: string): readonly WindowsVersion[] {
  const release = /\bversion (\w{4})\b/i.exec(name)?.[1];
  if (release === undefined) return [];
  const found = ['10', '11'].flatMap((family) => findNamedVersion(`Windows ${family} ${release}`, 'client') ?? []);
  return found.length === 1 ? found : [];
}

const longTermReleases: Readonly<Record<string, string>> = {
  '2015': '1507',
  '2016': '1607',
  '2019': '1809',
  '2021': '21H2',
  '2024': '24H2',
};

function isLegacyName(name: string): boolean {
  return /Windows (?:XP|Vista|7|8|8\.1|RT|NT|2000|Server 20(?:03|08|12)|Server 20(?:08|12) R2)\b/i.test(name);
}

function legacy(name: string): OsIdentity {
  return unidentified(
    'product-not-covered',
    `${name.trim() || 'this Windows'} has had no updates since before 2016, or lacks the service pack that they need: no document names it`,
  );
}

/** What installation type, edition and name say, each for itself; an empty set where none says anything. */
function saidSides({ os }: PatchState): ReadonlySet<WindowsSide> {
  // Many users at once make it call itself a server; it is a client, and updated as one.
  const multiSession = os.editionId === 'ServerRdsh' || /multi-session|for Virtual Desktops/i.test(os.name ?? '');
  if (multiSession) return new Set(['client']);
  const said = new Set<WindowsSide>();
  if (os.installationType !== null) said.add(os.installationType === 'Client' ? 'client' : 'server');
  const edition = os.editionId ?? '';
  if (edition !== '')
    said.add(/^Server/i.test(edition) || /Datacenter|Hyper-?V Server/i.test(edition) ? 'server' : 'client');
  const name = os.name ?? '';
  if (/Windows\b.*\bServer\b|Azure Stack HCI|Hyper-V Server/i.test(name)) said.add('server');
  else if (/Windows (?:RT )?(?:7|8|8\.1|10|11)(?![\w.])/i.test(name)) said.add('client');
  return said;
}

/** Every published Windows from 7 and Server 2008 on, found once per catalogue; some have lost all their rows. */
export function publishedWindows(catalogue: Catalogue): readonly OsCandidate[] {
  return catalogue.once(publishedWindows, () => {
    const found: OsCandidate[] = [];
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const name = catalogue.productName(product);
      const windows = name.startsWith('Windows') ? parseWindowsProduct(name) : undefined;
      if (windows !== undefined) found.push({ product, windows });
    }
    return mostRows(found, catalogue);
  });
}

function windowsByVersion(catalogue: Catalogue): ReadonlyMap<WindowsVersion, readonly OsCandidate[]> {
  return catalogue.once(windowsByVersion, () => {
    const byVersion = new Map<WindowsVersion, OsCandidate[]>();
    for (const each of publishedWindows(catalogue)) {
      const list = byVersion.get(each.windows.version);
      if (list === undefined) byVersion.set(each.windows.version, [each]);
      else list.push(each);
    }
    return byVersion;
  });
}

/** Where two ids have one name (26H1 has), the one with more rows. */
function mostRows(found: readonly OsCandidate[], catalogue: Catalogue): readonly OsCandidate[] {
  const best = new Map<string, OsCandidate>();
  for (const candidate of found) {
    const { version, side, architecture, core } = candidate.windows;
    const key = `${version.build} ${side} ${architecture} ${String(core)}`;
    const before = best.get(key);
    const rows = (each: OsCandidate): number => catalogue.rowsOfProduct(each.product).length;
    if (before === undefined || rows(candidate) > rows(before)) best.set(key, candidate);
  }
  return [...best.values()];
}

function unidentified(reason: UndeterminedReason, detail: string): OsIdentity {
  return { kind: 'unidentified', reason, detail };
}
