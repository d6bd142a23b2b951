import { agreedBuild } from '../../facts/agreed-build.ts';
import type { ToldBuild } from '../../facts/agreed-build.ts';
import { parseBuild } from '../../facts/build-number.ts';
import { parseDisplayVersion } from '../../facts/display-version.ts';
import { parseInstant } from '../../facts/instant.ts';
import { sortPrograms } from '../../facts/programs.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { listInstalled } from '../../installed-update.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import type { WazuhDocument, WazuhOs, WazuhPackage } from './documents.ts';

/** A system as a row of that time shows it. */
export interface SeenOs extends WazuhOs {
  /** UTC instant. */
  readonly at: string | undefined;
}

/** All rows of one agent. */
export interface WazuhAgent {
  readonly id: string | undefined;
  readonly names: string[];
  readonly addresses: Set<string>;
  readonly times: string[];
  readonly systems: SeenOs[];
  readonly hotfixes: string[];
  readonly packages: WazuhPackage[];
}

/** Rows by agent, in the order in which the agents appear. */
export function groupByAgent(documents: readonly WazuhDocument[]): readonly WazuhAgent[] {
  const agents = new Map<string, WazuhAgent>();
  for (const { agentId, agentName, addresses, at, facts } of documents) {
    // The API's answers have both 5 and "005".
    const id = agentId !== undefined && /^\d{1,2}$/.test(agentId) ? agentId.padStart(3, '0') : agentId;
    const key = id ?? (agentName === undefined ? '' : `name ${agentName}`);
    let agent = agents.get(key);
    if (agent === undefined) {
      agent = { id, names: [], addresses: new Set(), times: [], systems: [], hotfixes: [], packages: [] };
      agents.set(key, agent);
    }
    if (agentName !== undefined) agent.names.push(agentName);
    for (const address of addresses) if (!/^(?:any|unknown)$/i.test(address)) agent.addresses.add(address);
    const time = parseInstant(at?.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3'));
    if (time !== undefined) agent.times.push(time);
    if (facts.kind === 'os') agent.systems.push({ ...facts.os, at: time });
    else if (facts.kind === 'hotfix') agent.hotfixes.push(facts.id);
    else agent.packages.push(facts.program);
  }
  return [...agents.values()];
}

/** The system of an agent that does not run Windows, `ubuntu`; `undefined` where it does, or where nothing says otherwise. */
export function otherSystemOf({ systems, hotfixes, packages }: WazuhAgent): string | undefined {
  const [os] = systems;
  if (os !== undefined) {
    const isWindows = systems.some(({ name, platform }) => /windows/i.test(`${name ?? ''} ${platform ?? ''}`));
    return isWindows ? undefined : (os.platform ?? os.name ?? 'unknown');
  }
  const [other] = packages.filter(({ format }) => format !== undefined && !isOfWindows(format));
  const hasWindows = hotfixes.length > 0 || packages.some(({ format }) => format !== undefined && isOfWindows(format));
  return hasWindows ? undefined : other?.format;
}

function isOfWindows(format: string): boolean {
  return /^win/i.test(format);
}

export interface ReadAgent {
  readonly inventory: Inventory;
  /** Hotfix ids that name no KB: `~6.3.9600.16384`, `DotNetRollup`. */
  readonly junk: readonly string[];
  /** The UBR was 1: see {@link buildOf}. */
  readonly hadNoUbr: boolean;
  /** Why no build is told although some are named. */
  readonly doubt: string | undefined;
}

export function readAgent(agent: WazuhAgent): ReadAgent {
  const { id, names, addresses, times, systems, packages } = agent;
  const host = systems.find(({ hostname }) => hostname !== undefined)?.hostname;
  const programs = packages.filter(({ format }) => format === undefined || isOfWindows(format));
  const { kbs, junk } = sortHotfixes(agent.hotfixes);
  const { software, updates } = sortPrograms(
    programs.map((each) => ({ ...each, installedOn: undefined })),
    listInstalled(kbs),
  );
  const reported = systems.map((os) => ({ build: buildOf(os), at: os.at }));
  const { build, doubt } = agreedBuild(reported.map(withUbr));
  return {
    junk,
    hadNoUbr: reported.some((each) => each.build?.ubr === 1),
    doubt,
    inventory: {
      ...emptyInventory,
      observedAt: [...times].sort().at(-1),
      device: {
        ...emptyInventory.device,
        name: host ?? names[0],
        sourceId: id === undefined ? undefined : `wazuh:${id}`,
        ipAddresses: [...addresses].sort(),
      },
      os: osOf(systems, build),
      updates,
      software,
    },
  };
}

function withUbr({ build, at }: ToldBuild): ToldBuild {
  return { build: build?.ubr === 1 ? { ...build, ubr: undefined } : build, at };
}

function osOf(systems: readonly WazuhOs[], build: WindowsBuild | undefined): Inventory['os'] {
  const name = systems.find((os) => os.name !== undefined)?.name;
  const releases = systems.flatMap((os) => os.releases);
  return {
    ...emptyInventory.os,
    name,
    build,
    displayVersion: releases.map(parseDisplayVersion).find((each) => each !== undefined),
    architecture: systems.map((os) => parseArchitecture(os.architecture ?? '')).find((each) => each !== undefined),
    installationType: installationTypeOfName(name),
  };
}

/**
 * The version that has a UBR, else the first one. Agents that see the registry of 32-bit programs report UBR 1 whatever is
 * installed: it is taken as unknown, as it also is on a machine that was never updated. On 8.1 and 2012 R2 the version can
 * be `0.0.9600`, and the build tells.
 */
function buildOf({ versions }: WazuhOs): WindowsBuild | undefined {
  const builds = versions.flatMap((text) => parseBuild(text) ?? []);
  return builds.find(({ ubr }) => ubr !== undefined) ?? builds[0];
}

/**
 * Updates of 2011 for .NET Framework 4, which its set-up notes on every machine: a list with nothing else is no list of
 * what Windows has installed. Source: the lists of agents in wazuh/wazuh issues 17508 and pull request 26767.
 */
const listedEverywhere: ReadonlySet<string> = new Set([
  '2468871',
  '2478063',
  '2533523',
  '2544514',
  '2600211',
  '2600217',
]);

function sortHotfixes(ids: readonly string[]): { readonly kbs: readonly string[]; readonly junk: readonly string[] } {
  const junk = new Set<string>();
  const kbs: string[] = [];
  for (const id of ids) {
    const kb = tryParseKbNumber(/^KB\d{6,7}(?!\d)/i.exec(id)?.[0] ?? '');
    if (kb === undefined) junk.add(id.slice(0, 40));
    else if (!listedEverywhere.has(kb)) kbs.push(kb);
  }
  return { kbs, junk: [...junk].sort() };
}
