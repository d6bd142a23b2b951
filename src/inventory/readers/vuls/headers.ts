import { parseBuild } from '../../facts/build-number.ts';
import { parseDisplayVersion } from '../../facts/display-version.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import type { Inventory, ReportedOs } from '../../inventory.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';

/** What a client of Vuls' server mode says beside its `systeminfo`. */
export interface VulsHeaders {
  /** `windows`; `undefined` where the header is missing. */
  readonly family: string | undefined;
  readonly serverName: string | undefined;
  /** `Windows 10 Version 22H2 for x64-based Systems`. */
  readonly release: string | undefined;
  /** `10.0.22621.1105`. */
  readonly kernelVersion: string | undefined;
}

/** Names of the headers, in the order in which Vuls' documentation lists them. */
export const vulsHeaderNames = {
  family: 'X-Vuls-OS-Family',
  serverName: 'X-Vuls-Server-Name',
  release: 'X-Vuls-OS-Release',
  kernelVersion: 'X-Vuls-Kernel-Version',
} as const;

const mostLines = 60;

/** Headers at the beginning of a saved request, and where its body begins; `undefined` where there is none of Vuls'. */
export function splitRequest(text: string): { readonly headers: VulsHeaders; readonly body: string } | undefined {
  const found = new Map<string, string>();
  let bodyAt = 0;
  let at = 0;
  for (let number = 0; number < mostLines && at < text.length; number += 1) {
    const end = text.indexOf('\n', at);
    const next = end === -1 ? text.length : end + 1;
    const line = text.slice(at, Math.min(next, at + 2000));
    const header = /^(X-Vuls-[\w-]{1,40}):[ \t]*(.*?)\s*$/i.exec(line);
    if (header !== null) {
      found.set((header[1] ?? '').toLowerCase(), header[2] ?? '');
      bodyAt = next;
    } else if (!/^(?:[A-Z]{3,7} \S{1,500} HTTP\/[\d.]+|[\w-]{1,60}:.*)\s*$/.test(line)) break;
    at = next;
  }
  const value = (name: string): string | undefined => found.get(name.toLowerCase()) || undefined;
  if (found.size === 0) return undefined;
  return {
    body: text.slice(bodyAt),
    headers: {
      family: value(vulsHeaderNames.family),
      serverName: value(vulsHeaderNames.serverName),
      release: value(vulsHeaderNames.release),
      kernelVersion: value(vulsHeaderNames.kernelVersion),
    },
  };
}

/** The inventory of the body with what the headers add: a name, the UBR, what the release's name tells. */
export function withHeaders(inventory: Inventory, { serverName, release, kernelVersion }: VulsHeaders): Inventory {
  const said = readRelease(release);
  const { os } = inventory;
  return {
    ...inventory,
    device: { ...inventory.device, name: serverName ?? inventory.device.name },
    os: {
      ...os,
      ...levelOf(os.build, parseBuild(kernelVersion)),
      name: os.name ?? said.name,
      displayVersion: os.displayVersion ?? said.displayVersion,
      architecture: os.architecture ?? said.architecture,
      // The name of the system, which systeminfo has, does not tell a Core installation.
      installationType:
        said.installationType === 'Server Core' && os.installationType !== 'Client'
          ? 'Server Core'
          : (os.installationType ?? said.installationType),
    },
  };
}

/** A kernel of another build is that of the branch: 19041's on Windows 10 22H2. */
function levelOf(
  own: WindowsBuild | undefined,
  kernel: WindowsBuild | undefined,
): Pick<ReportedOs, 'build' | 'rollupLevel'> {
  if (kernel === undefined || own?.ubr !== undefined) return { build: own, rollupLevel: undefined };
  if (own === undefined || own.build === kernel.build) return { build: kernel, rollupLevel: undefined };
  return { build: own, rollupLevel: kernel.ubr === undefined ? undefined : kernel };
}

/** `Windows 10 Version 22H2 for x64-based Systems`, `Windows Server 2022 (Server Core installation)`: MSRC's names. */
export function readRelease(
  release: string | undefined,
): Pick<ReportedOs, 'name' | 'displayVersion' | 'architecture' | 'installationType'> {
  const isCore = /\(Server Core installation\)/i.test(release ?? '');
  return {
    name: release,
    displayVersion: parseDisplayVersion(/\bversion (\w{4})\b/i.exec(release ?? '')?.[1]),
    architecture: parseArchitecture(/\bfor (\S+(?:-based)?) systems?\b/i.exec(release ?? '')?.[1] ?? ''),
    installationType: isCore ? 'Server Core' : installationTypeOfName(release),
  };
}
