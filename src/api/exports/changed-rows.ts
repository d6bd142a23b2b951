import type { AssetChange, AssetChanges } from '../../operations/assets/asset-changes.ts';
import type { AssetView, StateAssets } from '../../operations/assets/asset-view.ts';
import { Turn } from '../../operations/turn.ts';
import type { SnapshotDevice } from '../../store/device-snapshot.ts';
import type { DeltaAssetVulnerability } from '../contract/asset-types.ts';
import { toAssetVulnerability } from '../contract/assets.ts';
import type { AssetDevice, AssetFacts, VulnerabilityPart } from '../contract/assets.ts';
import { partsOf } from './asset-lists.ts';
import type { PlacedRow } from './asset-rows.ts';
import type { AssetPlace } from './asset-place.ts';

const turnMs = 8;

/** What rows of changes are made with. */
export interface ChangeFacts extends AssetFacts {
  /** When a device that is there reported last; ISO 8601 in UTC. */
  reportedAt(deviceId: string): Promise<string | null>;
}

/** The rows behind `from` that are new, gone or different, device after device, those that are gone last. */
export async function* changedRows(
  { devices, formerView, view }: AssetChanges,
  facts: ChangeFacts,
  from: AssetPlace | undefined,
): AsyncGenerator<readonly PlacedRow[]> {
  const turn = new Turn(turnMs);
  const differences = new Differences(facts);
  for await (const page of devices) {
    for (const change of page) {
      if (from !== undefined && isBefore(change, from)) continue;
      const rows = await differences.rowsOf(change, sideOf(change.before, formerView), sideOf(change.now, view));
      yield change.deviceId === from?.deviceId ? rows.filter(({ key }) => key > from.key) : rows;
      if (turn.isOver) await turn.pass();
    }
  }
}

function isBefore({ deviceId, isLast }: AssetChange, from: AssetPlace): boolean {
  return isLast === from.isGone ? deviceId < from.deviceId : !isLast;
}

function sideOf(device: SnapshotDevice | null, view: AssetView): Side | undefined {
  return device === null ? undefined : { device, state: view.of(device.patchStateId) };
}

/** A device at one of the two times. */
interface Side {
  readonly device: SnapshotDevice;
  readonly state: StateAssets;
}

/** What a state and the one after it differ in, whatever the device. */
interface Difference {
  readonly added: readonly VulnerabilityPart[];
  readonly removed: readonly VulnerabilityPart[];
  /** As they are now. */
  readonly changed: readonly VulnerabilityPart[];
  readonly same: readonly VulnerabilityPart[];
}

/** The differences of one answer: devices share states, and so what became of them. */
class Differences {
  readonly #facts: ChangeFacts;
  readonly #known = new WeakMap<StateAssets, WeakMap<StateAssets, Difference>>();

  constructor(facts: ChangeFacts) {
    this.#facts = facts;
  }

  async rowsOf(change: AssetChange, before: Side | undefined, now: Side | undefined): Promise<readonly PlacedRow[]> {
    const facts = this.#facts;
    const isSameDevice = before !== undefined && now !== undefined && isSame(headOf(before, facts), headOf(now, facts));
    // Most devices of a long list: nothing to compare.
    if (isSameDevice && before.state === now.state) return [];
    const reportedAt = now === undefined ? null : await facts.reportedAt(change.deviceId);
    const rows: PlacedRow[] = [];
    const add = (
      { device: { id, name, deviceGroup }, state }: Side,
      parts: readonly VulnerabilityPart[],
      status: NonNullable<DeltaAssetVulnerability['status']>,
    ): void => {
      const device = { id, name, deviceGroup, reportedAt };
      for (const part of parts)
        rows.push({
          key: part.key,
          row: (): DeltaAssetVulnerability => ({
            ...toAssetVulnerability(device, state, part, facts),
            status,
            eventTimestamp: change.at,
          }),
          place: { deviceId: id, key: part.key, isGone: change.isLast },
        });
    };
    if (before === undefined) {
      if (now !== undefined) add(now, partsOf(now.state), 'New');
    } else if (now === undefined) add(before, partsOf(before.state), 'Fixed');
    else {
      const { added, removed, changed, same } = this.#of(before.state, now.state);
      add(now, added, 'New');
      add(before, removed, 'Fixed');
      add(now, changed, 'Updated');
      if (!isSameDevice) add(now, same, 'Updated');
    }
    return rows.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  #of(before: StateAssets, now: StateAssets): Difference {
    const known = this.#known.get(before) ?? new WeakMap<StateAssets, Difference>();
    this.#known.set(before, known);
    let difference = known.get(now);
    if (difference === undefined) known.set(now, (difference = this.#compare(before, now)));
    return difference;
  }

  #compare(before: StateAssets, now: StateAssets): Difference {
    const rest = new Map(partsOf(before).map((part) => [part.key, part]));
    const groups: Record<'added' | 'changed' | 'same', VulnerabilityPart[]> = { added: [], changed: [], same: [] };
    for (const part of partsOf(now)) {
      const former = rest.get(part.key);
      rest.delete(part.key);
      if (former === undefined) groups.added.push(part);
      else groups[this.#isSamePart(former, before, part, now) ? 'same' : 'changed'].push(part);
    }
    return { ...groups, removed: [...rest.values()] };
  }

  /** Beside what all rows of a device share. */
  #isSamePart(a: VulnerabilityPart, before: StateAssets, b: VulnerabilityPart, now: StateAssets): boolean {
    // Lists of CVEs are shared, so that most are one object.
    if (a.open === b.open && !a.software.isOs && !b.software.isOs) return true;
    const shared = { osPlatform: null, os: { build: null, architecture: null } };
    return isSame(
      toAssetVulnerability(nobody, { ...before, ...shared }, a, this.#facts),
      toAssetVulnerability(nobody, { ...now, ...shared }, b, this.#facts),
    );
  }
}

const nobody: AssetDevice = { id: '', name: null, deviceGroup: '', reportedAt: null };

/** What the rows of a device share. */
function headOf({ device, state: { osPlatform, os } }: Side, { groupIdOf }: AssetFacts): unknown {
  const { name, deviceGroup } = device;
  return [name, deviceGroup, groupIdOf(deviceGroup), osPlatform, os.build, os.architecture];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
