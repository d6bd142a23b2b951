import { CveNumbers } from '../../assessment/cve-numbers.ts';
import type { Coverage } from '../../assessment/assessment.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { Contribution } from '../contribution.ts';
import type { ExposureOfGroups } from '../exposure-of-groups.ts';
import { TenantExposure } from '../tenant-exposure.ts';
import type { Turn } from '../turn.ts';
import type { CountPair, GroupChange, KeptChange } from './catalogue-change.ts';
import type { VerdictComparison } from './compare-verdicts.ts';

/** By what the devices of a tenant are judged anew. */
export interface Comparison {
  readonly before: Catalogue | undefined;
  readonly after: Catalogue | undefined;
  readonly contributeAfter: (patchStateId: string) => Contribution;
  readonly verdicts: VerdictComparison;
  readonly turn: Turn;
}

interface GroupSides {
  readonly group: string;
  readonly devicesChanged: number;
  readonly patchStatesChanged: number;
  readonly coverage: GroupChange['coverage'];
  readonly before: Counts;
  readonly after: Counts;
  readonly devices: number;
  readonly patchStates: number;
}

interface Counts {
  readonly kbs: ReadonlyMap<KbNumber, number>;
  readonly cves: ReadonlyMap<string, number>;
}

/** What became different for the devices as they stand in `exposure`, of which no state waits. */
export async function compareExposures(
  exposure: ExposureOfGroups,
  by: Comparison,
): Promise<Pick<KeptChange, 'patchStates' | 'groups'>> {
  const changed = new Set<string>();
  const states = exposure.of(null).states();
  for (const [id, { contribution }] of states) {
    if (!by.verdicts.isSame(contribution, by.contributeAfter(id))) changed.add(id);
    if (by.turn.isOver) await by.turn.pass();
  }
  const sides: GroupSides[] = [];
  for (const [group, before] of exposure.groups())
    if (before.countDevices() > 0) sides.push(await sidesOf(group, before, changed, by));
  const kbs = changedKeys(sides, ({ kbs: counts }) => counts).sort(compareKbNumbers);
  const cves = changedKeys(sides, ({ cves: counts }) => counts).sort();
  return {
    patchStates: { judged: states.size, changed: changed.size },
    groups: sides.map(({ group, before, after, ...figures }) => [
      group,
      {
        ...figures,
        kbs: pairsOf(kbs, before.kbs, after.kbs),
        cves: pairsOf(cves, before.cves, after.cves),
      },
    ]),
  };
}

async function sidesOf(
  group: string,
  before: TenantExposure,
  changed: ReadonlySet<string>,
  by: Comparison,
): Promise<GroupSides> {
  const after = new TenantExposure();
  const coverage = new Map<string, [before: Coverage, after: Coverage, devices: number]>();
  let devicesChanged = 0;
  let patchStatesChanged = 0;
  for (const [id, { devices, contribution }] of before.states()) {
    const now = by.contributeAfter(id);
    after.change(id, devices, () => now);
    const key = `${contribution.coverage} ${now.coverage}`;
    const known = coverage.get(key) ?? [contribution.coverage, now.coverage, 0];
    coverage.set(key, [known[0], known[1], known[2] + devices]);
    if (changed.has(id)) {
      devicesChanged += devices;
      patchStatesChanged += 1;
    }
    if (by.turn.isOver) await by.turn.pass();
  }
  return {
    group,
    devices: before.countDevices(),
    devicesChanged,
    patchStates: before.states().size,
    patchStatesChanged,
    coverage: [...coverage].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, moved]) => moved),
    before: { kbs: before.missing(), cves: cvesOf(before, by.before) },
    after: { kbs: after.missing(), cves: cvesOf(after, by.after) },
  };
}

function cvesOf(exposure: TenantExposure, catalogue: Catalogue | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (catalogue === undefined) return found;
  const numbers = CveNumbers.of(catalogue);
  exposure.devicesByCve().forEach((devices, cve) => {
    if (devices > 0) found.set(numbers.nameOf(cve), devices);
  });
  return found;
}

/** Those of which some group has another count: the sum over some groups may be another then. */
function changedKeys<Key>(sides: readonly GroupSides[], of: (counts: Counts) => ReadonlyMap<Key, number>): Key[] {
  const keys = new Set<Key>();
  for (const { before, after } of sides) {
    for (const [key, devices] of of(before)) if (of(after).get(key) !== devices) keys.add(key);
    for (const key of of(after).keys()) if (!of(before).has(key)) keys.add(key);
  }
  return [...keys];
}

function pairsOf<Key>(
  keys: readonly Key[],
  before: ReadonlyMap<Key, number>,
  after: ReadonlyMap<Key, number>,
): readonly (readonly [Key, ...CountPair])[] {
  return keys.flatMap((key) => {
    const [was, is] = [before.get(key) ?? 0, after.get(key) ?? 0];
    return was === 0 && is === 0 ? [] : [[key, was, is] as const];
  });
}
