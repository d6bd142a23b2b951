import { formatKb } from '../terms/kb-number.ts';
import { formatWindowsBuild } from '../terms/windows-build.ts';
import type { Inventory } from './inventory.ts';

/** An inventory as a `kbgap-inventory/1` document, every key in its order, `null` for what is not known. */
export function toNative({
  observedAt,
  device,
  os,
  updates,
  updatesComplete,
  updatesCut,
  software,
  components,
  pendingReboot,
  opinions,
}: Inventory): object {
  return {
    schema: 'kbgap-inventory/1',
    observedAt: observedAt ?? null,
    device: {
      id: device.id ?? null,
      name: device.name ?? null,
      sourceId: device.sourceId ?? null,
      tags: device.tags,
      ipAddresses: device.ipAddresses,
    },
    os: {
      name: os.name ?? null,
      build: os.build === undefined ? null : formatWindowsBuild(os.build),
      rollupLevel: os.rollupLevel === undefined ? null : formatWindowsBuild(os.rollupLevel),
      ...(os.rollupLevelFrom === undefined ? {} : { rollupLevelFrom: formatWindowsBuild(os.rollupLevelFrom) }),
      displayVersion: os.displayVersion ?? null,
      architecture: os.architecture ?? null,
      installationType: os.installationType ?? null,
      editionId: os.editionId ?? null,
    },
    updates: updates.map(({ kb, installedOn, state }) => ({
      kb: formatKb(kb),
      installedOn: installedOn ?? null,
      state,
    })),
    updatesComplete,
    ...(updatesCut === true ? { updatesCut } : {}),
    software: software.map(({ name, vendor, version }) => ({ name, vendor: vendor ?? null, version: version ?? null })),
    components: { dotnetFramework: components.dotnetFramework, internetExplorer: components.internetExplorer ?? null },
    pendingReboot: pendingReboot ?? null,
    opinions: opinions.map(({ source, kb, verdict, title }) => ({
      source,
      kb: formatKb(kb),
      verdict,
      title: title ?? null,
    })),
  };
}
