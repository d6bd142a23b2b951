import { formatKb } from '../terms/kb-number.ts';
import { formatWindowsBuild } from '../terms/windows-build.ts';
import type { MergedInventory } from './merge-inventories.ts';
import { hasUbr } from './merge-os.ts';
import type { Observation } from './observation.ts';

/** Two sources of one device that do not agree, and what was made of it. */
export interface Contradiction {
  readonly fact: 'name' | 'build' | 'level' | 'architecture' | 'installationType' | 'updates' | 'identity';
  /** What each source says. */
  readonly said: readonly { readonly source: string; readonly at: string | null; readonly value: string }[];
  /** In words, what counts. */
  readonly counts: string;
}

type Said = Contradiction['said'];

/** What several observations of one device say against each other, in the order of `Contradiction['fact']`. */
export function findContradictions(
  observations: readonly Observation[],
  { inventory, earlierKbs }: MergedInventory,
): readonly Contradiction[] {
  const { os, device } = inventory;
  const build = os.build === undefined ? 'none' : formatWindowsBuild(os.build);
  return [
    ...differing(
      observations,
      'name',
      ({ inventory: each }) => each.device.name?.toLowerCase(),
      `the name is ${device.name ?? 'unknown'}`,
    ),
    ...differing(observations, 'build', buildSaid(observations), `the build is ${build}`),
    ...levelAboveBuild(observations, inventory),
    ...differing(
      observations,
      'architecture',
      ({ inventory: each }) => each.os.architecture,
      `it is ${os.architecture ?? 'unknown'}`,
    ),
    ...differing(
      observations,
      'installationType',
      // A name tells a server, not whether it is a Core installation.
      ({ inventory: each }) => each.os.installationType?.replace(' Core', ''),
      `it is ${os.installationType ?? 'unknown'}`,
    ),
    ...differingIds(observations),
    ...(earlierKbs.length === 0
      ? []
      : [
          {
            fact: 'updates' as const,
            said: saidOf(observations, ({ inventory: each }) => {
              const listed = new Set(each.updates.map(({ kb }) => kb));
              const named = earlierKbs.filter((kb) => listed.has(kb));
              return named.length === 0 ? undefined : named.map(formatKb).join(', ');
            }),
            counts: `the build ${build} was seen later than these updates and decides what it can decide`,
          },
        ]),
  ];
}

/** Two ids of one system: the reports are of two devices there, or of one that was enrolled anew. */
function differingIds(observations: readonly Observation[]): readonly Contradiction[] {
  const systems = new Set(observations.flatMap(({ inventory }) => inventory.device.sourceId?.split(':', 1) ?? []));
  return [...systems].flatMap((system) =>
    differing(
      observations,
      'identity',
      ({ inventory: { device } }) => (device.sourceId?.startsWith(`${system}:`) === true ? device.sourceId : undefined),
      `${system} knows them as different devices; they were joined as one`,
    ),
  );
}

/** What each says of the build. Who knows no UBR agrees with all who say the same base. */
function buildSaid(observations: readonly Observation[]): (observation: Observation) => string | undefined {
  const exactBases = new Set(
    observations.flatMap(({ inventory: { os } }) => (hasUbr(os.build) ? [os.build.build] : [])),
  );
  return ({ inventory: { os } }) => {
    if (os.build === undefined) return undefined;
    const { build, ubr, ...version } = os.build;
    if (hasUbr(os.build)) return formatWindowsBuild({ ...version, build, ubr });
    return exactBases.has(build) ? undefined : formatWindowsBuild({ ...version, build, ubr: undefined });
  };
}

/** A roll-up package above the running build: installed, and not effective before the next restart. */
function levelAboveBuild(
  observations: readonly Observation[],
  { os }: Observation['inventory'],
): readonly Contradiction[] {
  const { build, rollupLevel } = os;
  if (!hasUbr(build) || rollupLevel?.ubr === undefined || rollupLevel.ubr <= (build.ubr ?? 0)) return [];
  return [
    {
      fact: 'level',
      said: saidOf(observations, ({ inventory: each }) =>
        each.os.rollupLevel === undefined ? undefined : formatWindowsBuild(each.os.rollupLevel),
      ),
      counts: `installed but not effective: the build that runs is ${formatWindowsBuild(build)}`,
    },
  ];
}

function differing(
  observations: readonly Observation[],
  fact: Contradiction['fact'],
  valueOf: (observation: Observation) => string | undefined,
  counts: string,
): readonly Contradiction[] {
  const said = saidOf(observations, valueOf);
  return new Set(said.map(({ value }) => value)).size < 2 ? [] : [{ fact, said, counts }];
}

function saidOf(observations: readonly Observation[], valueOf: (observation: Observation) => string | undefined): Said {
  return observations.flatMap((observation) => {
    const value = valueOf(observation);
    return value === undefined ? [] : [{ source: observation.source, at: observation.at ?? null, value }];
  });
}
