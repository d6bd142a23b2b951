import type { Architecture } from '../terms/architecture.ts';
import { readTable } from './read-table.ts';

/** Client and server of one build are serviced apart wherever they differ. */
export type WindowsSide = 'client' | 'server';

/** One build of Windows, of the table `tables/windows-versions.json`. */
export interface WindowsVersion {
  readonly build: number;
  /** Earlier builds of the same release: Server 2008 went from 6002 to 6003 by an update. */
  readonly alsoBuilds?: readonly number[];
  /** Builds of one branch share one sequence of UBRs: 18362 and 18363 are branch 18362. */
  readonly branch: number;
  /** `Windows 10 1909`; `null` where the build has no client (or no server). */
  readonly client: string | null;
  readonly server: string | null;
  /** UBRs that only the client (or only the server) of this build has, first and last: 26100 parted in January 2026. */
  readonly clientUbrs?: readonly [number, number];
  readonly serverUbrs?: readonly [number, number];
}

/** A published product that is a plain Windows. */
export interface WindowsProduct {
  readonly side: WindowsSide;
  readonly version: WindowsVersion;
  readonly architecture: Architecture;
  readonly core: boolean;
}

let loaded: readonly WindowsVersion[] | undefined;

/** Every version that kbgap knows, oldest first. */
export function windowsVersions(): readonly WindowsVersion[] {
  loaded ??= readTable<{ readonly versions: readonly WindowsVersion[] }>('windows-versions').versions;
  return loaded;
}

export function findWindowsVersion(build: number): WindowsVersion | undefined {
  return windowsVersions().find((version) => version.build === build || version.alsoBuilds?.includes(build) === true);
}

/** Windows 7, 8.1, Server 2008 to 2012 R2: serviced by a Monthly Rollup and its alternatives, not by one line of builds. */
export function isRollupEra({ build }: WindowsVersion): boolean {
  return build < 10240;
}

/** Whether clients and servers of this branch have updates of their own. */
export function isParted(branch: number): boolean {
  return windowsVersions().some((version) => version.branch === branch && version.serverUbrs !== undefined);
}

/** Whether a UBR of this branch can be the side's: 26100.8655 is a client's, 26100.32995 a server's. */
export function isUbrOfSide(branch: number, side: WindowsSide, ubr: number): boolean {
  const parted = windowsVersions().find((version) => version.branch === branch && version.serverUbrs !== undefined);
  const others = side === 'client' ? parted?.serverUbrs : parted?.clientUbrs;
  return others === undefined || ubr < others[0] || ubr > others[1];
}

/** By its name in the table, `Windows 11 24H2` or `Windows Server 2022`, in any case. */
export function findNamedVersion(name: string, side: WindowsSide): WindowsVersion | undefined {
  return windowsVersions().find((version) => version[side]?.toLowerCase() === name.toLowerCase());
}

const client = /^Windows (10|11)(?: version (\w+))? for (32-bit|x64-based|ARM64-based|ARM) systems$/i;
const rollupClient = /^Windows (7|8|8\.1) for (32-bit|x64-based) systems(?: service pack 1)?$/i;
const server = /^Windows Server (20\d\d(?: R2)?)(?:, (\w+) Edition)?( \(Server Core installation\))?$/i;
/** Without its last service pack a release has no updates any more. */
const rollupServer =
  /^Windows Server (2008(?= for .* service pack 2)|2008 R2(?= for .* service pack 1)) for (32-bit|x64-based|itanium-based) systems service pack \d( \(Server Core installation\))?$/i;
const semiAnnual = /^Windows Server, version (\w+)( \(Server Core installation\))?$/i;

/**
 * The Windows that a product name of MSRC means: `Windows 10 Version 1909 for x64-based Systems`,
 * `Windows Server 2022, 23H2 Edition (Server Core installation)`. Names without a version are the first release.
 * Windows RT 8.1 is the one for ARM (32-bit, told as `arm64`). `undefined` for Windows before 7 and Server 2008, for
 * HoloLens, Mobile and everything that is no Windows.
 */
export function parseWindowsProduct(name: string): WindowsProduct | undefined {
  const clientMatch = client.exec(name);
  if (clientMatch !== null) {
    const [, family, release = family === '10' ? '1507' : '21H2', architecture = ''] = clientMatch;
    const version = findNamedVersion(`Windows ${family} ${release}`, 'client');
    return version && { side: 'client', version, architecture: architectureOf(architecture), core: false };
  }
  const rollupClientMatch = rollupClient.exec(name);
  if (rollupClientMatch !== null) {
    const version = findNamedVersion(`Windows ${rollupClientMatch[1]}`, 'client');
    const architecture = architectureOf(rollupClientMatch[2] ?? '');
    return version && { side: 'client', version, architecture, core: false };
  }
  if (/^Windows RT 8\.1$/i.test(name)) {
    const version = findNamedVersion('Windows 8.1', 'client');
    return version && { side: 'client', version, architecture: 'arm64', core: false };
  }
  const rollupServerMatch = rollupServer.exec(name);
  if (rollupServerMatch !== null) {
    const [, release, architecture = '', core] = rollupServerMatch;
    const version = findNamedVersion(`Windows Server ${release}`, 'server');
    return version && { side: 'server', version, architecture: architectureOf(architecture), core: core !== undefined };
  }
  const serverMatch = server.exec(name);
  const match = serverMatch ?? semiAnnual.exec(name);
  if (match === null) return undefined;
  const release = serverMatch === null ? match[1] : (match[2] ?? match[1]);
  const version = findNamedVersion(`Windows Server ${release}`, 'server');
  return version && { side: 'server', version, architecture: 'x64', core: match.at(-1) !== undefined };
}

function architectureOf(text: string): Architecture {
  const word = text.toLowerCase();
  if (word.startsWith('itanium')) return 'ia64';
  return word.startsWith('arm') ? 'arm64' : word.startsWith('x64') ? 'x64' : 'x86';
}
