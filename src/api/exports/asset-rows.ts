import { Turn } from '../../operations/turn.ts';
import type { DeviceRow } from '../../store/store.ts';
import type { KeyedRow } from '../contract/assets.ts';
import type { AssetSource } from './asset-facts.ts';
import type { AssetList } from './asset-lists.ts';
import type { AssetPlace } from './asset-place.ts';

/** A row and where it stands in the whole list. */
export interface PlacedRow extends KeyedRow<object> {
  readonly place: AssetPlace;
}

/** Which rows of a list. */
export interface RowsWanted {
  readonly from?: AssetPlace | undefined;
  /** Of the devices. */
  readonly idsBeginWith?: string;
  /** How many to pass over in front. */
  readonly skip?: number;
}

const devicesAtOnce = 250;
const turnMs = 8;

/**
 * The rows behind `from`, by device and key, device after device: what is at hand at once is little. Devices that report, come or
 * go meanwhile neither repeat nor hide others' rows.
 */
export async function* assetRows(
  list: Pick<AssetList, 'rowsOf' | 'countIn'>,
  source: AssetSource,
  { from, idsBeginWith = '', skip = 0 }: RowsWanted,
): AsyncGenerator<readonly PlacedRow[]> {
  const { assets, scope } = source;
  const turn = new Turn(turnMs);
  const countOf = rowCounter(list, source);
  let toSkip = skip;
  let after = from === undefined ? idsBeginWith : justBefore(from.deviceId);
  for (;;) {
    const devices = await assets.listDevices(scope, after, devicesAtOnce);
    for (const device of devices) {
      if (!device.id.startsWith(idsBeginWith)) return;
      if (turn.isOver) await turn.pass();
      const isFirst = device.id === from?.deviceId;
      const most = toSkip > 0 && !isFirst ? countOf(device) : undefined;
      if (most !== undefined && most <= toSkip) {
        toSkip -= most;
        continue;
      }
      const rows = (await list.rowsOf(device, source)).map((each) => ({
        ...each,
        place: { deviceId: device.id, key: each.key, isGone: false },
      }));
      const left = isFirst ? rows.filter(({ key }) => key > from.key) : rows;
      yield toSkip === 0 ? left : left.slice(toSkip);
      toSkip -= Math.min(toSkip, left.length);
    }
    const last = devices.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** How many rows a device has, where its state tells: each state is counted once. */
function rowCounter(
  { countIn }: Pick<AssetList, 'countIn'>,
  { view }: AssetSource,
): (device: DeviceRow) => number | undefined {
  if (countIn === undefined) return () => undefined;
  const counts = new Map<string, number>();
  return ({ patchStateId }) => {
    const known = counts.get(patchStateId) ?? countIn(view.of(patchStateId));
    counts.set(patchStateId, known);
    return known;
  };
}

/** A text that stands right before a device's id, which are hex digits: `/` stands before all of them, `~` behind. */
function justBefore(deviceId: string): string {
  const last = deviceId.codePointAt(deviceId.length - 1) ?? 0;
  return `${deviceId.slice(0, -1)}${String.fromCodePoint(last - 1)}~`;
}
