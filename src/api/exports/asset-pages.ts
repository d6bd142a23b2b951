import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AssetFacts } from '../contract/assets.ts';
import type { Scope } from '../../operations/scope.ts';
import { ApiError } from '../errors.ts';
import type { AssetList } from './asset-lists.ts';

/** Where a page ended: the device, and how many of its rows were sent. */
export interface AssetPlace {
  readonly deviceId: string;
  readonly rows: number;
}

export interface AssetPage {
  readonly rows: readonly object[];
  /** Where more follow. */
  readonly next: AssetPlace | undefined;
}

const devicesAtOnce = 250;

/** The rows of the devices behind `from`, at most `size`. Devices that report meanwhile are neither repeated nor left out. */
export async function readAssetPage(
  list: Pick<AssetList, 'rowsOf'>,
  scope: Scope,
  facts: AssetFacts,
  { from, size }: { readonly from: AssetPlace | undefined; readonly size: number },
): Promise<AssetPage> {
  const rows: object[] = [];
  let after = from === undefined || from.rows === 0 ? (from?.deviceId ?? '') : justBefore(from.deviceId);
  for (;;) {
    const assets = facts.assets.list(scope, { after: [after], top: devicesAtOnce });
    for (const asset of assets) {
      const { id } = asset.device;
      const own = list.rowsOf(asset, facts);
      const skipped = id === from?.deviceId ? from.rows : 0;
      const left = size - rows.length;
      for (const row of own.slice(skipped, skipped + left)) rows.push(row);
      if (own.length - skipped > left) return { rows, next: { deviceId: id, rows: skipped + left } };
      if (rows.length === size) return { rows, next: { deviceId: id, rows: 0 } };
    }
    const last = assets.at(-1);
    if (last === undefined || assets.length < devicesAtOnce) return { rows, next: undefined };
    after = last.device.id;
    await nextTurn();
  }
}

/** The id that stands right before a device's: ids are hex digits, and `/` stands before all of them. */
function justBefore(deviceId: string): string {
  const last = deviceId.codePointAt(deviceId.length - 1) ?? 0;
  return `${deviceId.slice(0, -1)}${String.fromCodePoint(last - 1)}~`;
}

export function formatPlace({ deviceId, rows }: AssetPlace): string {
  return Buffer.from(JSON.stringify({ device: deviceId, rows })).toString('base64');
}

/** @throws {ApiError} 400 for what is no token of a next link. */
export function parsePlace(text: string): AssetPlace {
  try {
    const { device, rows } = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as Readonly<Record<string, unknown>>;
    if (typeof device === 'string' && /^[\da-f]{40}$/.test(device) && Number.isSafeInteger(rows) && Number(rows) >= 0)
      return { deviceId: device, rows: Number(rows) };
  } catch {
    // As for any other text.
  }
  throw new ApiError(400, 'ODataError', `$skiptoken: expected one from a next link, got "${text.slice(0, 40)}".`);
}
