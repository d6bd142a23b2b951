import type { InstalledSoftware } from './contribution.ts';
import type { CveRatings } from './cve-ratings.ts';
import { impactScores } from './exposure-score.ts';
import type { TenantExposure } from './tenant-exposure.ts';

/** One software on the devices of a scope. */
export interface SoftwareExposure {
  /** `microsoft-_-edge` */
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly isOs: boolean;
  /** Distinct CVEs open in it on any device. */
  readonly weaknesses: number;
  /** Which, by `CveNumbers`, ascending; empty where the engine only counts. */
  readonly cves: Int32Array;
  /** Whether one of them is known to be exploited. */
  readonly isExploited: boolean;
  /** Whether one of them has no update with a number that Microsoft lists. */
  readonly hasCveWithoutKb: boolean;
  readonly exposedDevices: number;
  readonly installedDevices: number;
  /** How much lower the exposure score were without them. */
  readonly impact: number;
  /** Most installations first, then by version. */
  readonly versions: readonly SoftwareVersion[];
}

export interface SoftwareVersion {
  readonly version: string | null;
  readonly installations: number;
  /** Distinct CVEs open in this version on any device. */
  readonly vulnerabilities: number;
}

/** Every software by id, sorted by it; kept with the exposure until that changes. `ratings` is absent where the engine only counts. */
export function softwareExposures(
  exposure: TenantExposure,
  ratings: CveRatings | undefined,
): ReadonlyMap<string, SoftwareExposure> {
  return exposure.once(softwareExposures, ratings, () => {
    const devices = exposure.installs();
    const impacts = ratings === undefined ? new Map<string, number>() : impactScores(exposure, ratings);
    const byId = Map.groupBy(devices.keys(), ({ id }) => id);
    const entries = [...byId].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(
      entries.map(([id, installs]) => [
        id,
        {
          ...described(id, installs, ratings),
          ...counted(exposure, id),
          impact: impacts.get(id) ?? 0,
          versions: versionsOf(installs, devices),
        },
      ]),
    );
  });
}

function counted(exposure: TenantExposure, id: string): Pick<SoftwareExposure, 'exposedDevices' | 'installedDevices'> {
  return { exposedDevices: exposure.countExposed(id), installedDevices: exposure.countInstalled(id) };
}

function described(
  id: string,
  installs: readonly InstalledSoftware[],
  ratings: CveRatings | undefined,
): Omit<SoftwareExposure, 'exposedDevices' | 'installedDevices' | 'impact' | 'versions'> {
  const [first] = installs;
  const cves = cvesOf(installs);
  return {
    id,
    name: first?.slug ?? '',
    vendor: first?.vendor ?? '',
    isOs: installs.some(({ isOs }) => isOs),
    weaknesses: weaknessesOf(installs, cves),
    cves,
    isExploited: ratings !== undefined && cves.some((cve) => ratings.of(cve).isExploited),
    hasCveWithoutKb: installs.some(({ findings }) => findings.kbs.includes(0)),
  };
}

function versionsOf(
  installs: readonly InstalledSoftware[],
  devices: ReadonlyMap<InstalledSoftware, number>,
): readonly SoftwareVersion[] {
  const byVersion = Map.groupBy(installs, ({ version }) => version);
  const versions = Array.from(byVersion, ([version, same]) => ({
    version,
    installations: same.reduce((sum, each) => sum + (devices.get(each) ?? 0), 0),
    vulnerabilities: weaknessesOf(same, cvesOf(same)),
  }));
  return versions.sort((a, b) => b.installations - a.installations || ((a.version ?? '') < (b.version ?? '') ? -1 : 1));
}

/** The distinct CVEs, ascending. */
export function cvesOf(installs: readonly Pick<InstalledSoftware, 'findings'>[]): Int32Array {
  const lists = new Set(installs.map(({ findings }) => findings.cves));
  if (lists.size === 1) for (const only of lists) return only;
  let last = -1;
  for (const cves of lists) last = Math.max(last, cves.at(-1) ?? -1);
  const has = new Uint8Array(last + 1);
  let size = 0;
  for (const cves of lists) {
    for (const cve of cves) {
      if (has[cve] === 1) continue;
      has[cve] = 1;
      size += 1;
    }
  }
  const all = new Int32Array(size);
  let at = 0;
  for (let cve = 0; cve <= last; cve += 1) if (has[cve] === 1) all[at++] = cve;
  return all;
}

function weaknessesOf(installs: readonly InstalledSoftware[], cves: Int32Array): number {
  return cves.length > 0 ? cves.length : Math.max(0, ...installs.map(({ weaknesses }) => weaknesses));
}
