import { formatWindowsBuild } from '../../src/terms/windows-build.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { readInventory } from '../../src/inventory/readers/read-inventory.ts';
import { reportInput } from '../../src/inventory/readers/report-input.ts';

/** One line a device, `name | build | type | updates | other verdicts`, for tables of cases; what is not known is `-`. */
export function shownInventory({ device, os, updates, opinions }: Inventory): string {
  const build = os.build === undefined ? '-' : formatWindowsBuild(os.build);
  const level = os.rollupLevel === undefined ? '' : ` at ${formatWindowsBuild(os.rollupLevel)}`;
  const listed = updates.map(({ kb }) => kb).join(' ');
  const said = opinions.map(({ kb, verdict }) => `${verdict} ${kb}`).join(' ');
  return [device.name ?? device.id ?? device.sourceId, build + level, os.installationType, listed, said]
    .map((text) => (text === undefined || text === '' ? '-' : text))
    .join(' | ');
}

/** The devices of a report that is told by its content. */
export function shownDevices(content: string | object, file = 'report'): readonly string[] {
  return readInventory(inputOf(content, file)).inventories.map(shownInventory);
}

export function inputOf(content: string | object, file = 'report'): ReturnType<typeof reportInput> {
  return reportInput(file, Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)));
}
