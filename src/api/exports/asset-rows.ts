import { Turn } from '../../operations/turn.ts';
import type { KeyedRow } from '../contract/assets.ts';
import type { AssetSource } from './asset-facts.ts';
import type { AssetList } from './asset-lists.ts';
import type { AssetPlace } from './asset-place.ts';

/** A row and where it stands in the whole list. */
export interface PlacedRow extends KeyedRow<object> {
  readonly place: AssetPlace;
}

const devicesAtOnce = 250;
const turnMs = 8;

/**
 * The rows behind `from`, by device and key, device after device: what is at hand at once is little. Devices that report, come or
 * go meanwhile neither repeat nor hide others' rows.
 */
export async function* assetRows(
  list: Pick<AssetList, 'rowsOf'>,
  source: AssetSource,
  { from, idsBeginWith = '' }: { readonly from?: AssetPlace | undefined; readonly idsBeginWith?: string },
): AsyncGenerator<readonly PlacedRow[]> {
  const { assets, scope } = source;
  const turn = new Turn(turnMs);
  let after = from === undefined ? idsBeginWith : justBefore(from.deviceId);
  for (;;) {
    const devices = await assets.listDevices(scope, after, devicesAtOnce);
    for (const device of devices) {
      if (!device.id.startsWith(idsBeginWith)) return;
      const rows = (await list.rowsOf(device, source)).map((each) => ({
        ...each,
        place: { deviceId: device.id, key: each.key, isGone: false },
      }));
      yield device.id === from?.deviceId ? rows.filter(({ key }) => key > from.key) : rows;
      if (turn.isOver) await turn.pass();
    }
    const last = devices.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** A text that stands right before a device's id, which are hex digits: `/` stands before all of them, `~` behind. */
function justBefore(deviceId: string): string {
  const last = deviceId.codePointAt(deviceId.length - 1) ?? 0;
  return `${deviceId.slice(0, -1)}${String.fromCodePoint(last - 1)}~`;
}
