import type { Assessment, MissingUpdate } from '../assessment/assessment.ts';
import { compareKbNumbers, type KbNumber } from '../terms/kb-number.ts';
import type { SoftwareMissingKb } from './application.ts';
import { softwareIdOf } from './software-id.ts';
import type { TenantExposure } from './tenant-exposure.ts';

/** What the devices that miss one update for one software have in common, while it is being gathered. */
interface Gathered {
  readonly update: MissingUpdate;
  devices: number;
  cveAddressed: number;
  readonly devicesByOsBuild: Map<number | null, number>;
}

/**
 * The updates that devices of a tenant miss for one software, the highest KB number first; `undefined` where no device
 * has it. `assess` gives the verdict on a patch state.
 */
export function findSoftwareMissingKbs(
  softwareId: string,
  exposure: TenantExposure,
  assess: (patchStateId: string) => Assessment,
): readonly SoftwareMissingKb[] | undefined {
  const id = softwareId.trim().toLowerCase();
  if (exposure.countInstalled(id) === 0) return undefined;
  const byKb = new Map<KbNumber, Gathered>();
  for (const [patchStateId, { devices, contribution }] of exposure.states()) {
    if (contribution.software.some((software) => software.id === id)) {
      gather(assess(patchStateId), id, devices, byKb);
    }
  }
  return [...byKb.values()].map(toSoftwareMissingKb).sort((a, b) => compareKbNumbers(b.kb, a.kb));
}

function gather(assessment: Assessment, id: string, devices: number, byKb: Map<KbNumber, Gathered>): void {
  for (const [kb, cveAddressed] of missingOf(assessment, id)) {
    const update = assessment.missing.find((missing) => missing.kb === kb);
    if (update === undefined) continue;
    const gathered = byKb.get(kb) ?? { update, devices: 0, cveAddressed: 0, devicesByOsBuild: new Map() };
    gathered.devices += devices;
    gathered.cveAddressed = Math.max(gathered.cveAddressed, cveAddressed);
    gathered.devicesByOsBuild.set(update.osBuild, (gathered.devicesByOsBuild.get(update.osBuild) ?? 0) + devices);
    byKb.set(kb, gathered);
  }
}

/** Two products of one device may share the software id (.NET Framework 3.5 and 4.8): the device still counts once. */
function missingOf({ products }: Assessment, id: string): ReadonlyMap<KbNumber, number> {
  const cveAddressed = new Map<KbNumber, number>();
  for (const product of products) {
    if (softwareIdOf(product) !== id) continue;
    for (const missing of product.missing) {
      cveAddressed.set(missing.kb, Math.max(cveAddressed.get(missing.kb) ?? 0, missing.cveAddressed));
    }
  }
  return cveAddressed;
}

function toSoftwareMissingKb({ update, devices, cveAddressed, devicesByOsBuild }: Gathered): SoftwareMissingKb {
  const { kb, name, url } = update;
  const [osBuild] = [...devicesByOsBuild].reduce((most, next) => (ranksAbove(next, most) ? next : most));
  return { kb, name, osBuild, url, devices, cveAddressed };
}

/** More devices, on a tie the higher build. */
function ranksAbove(
  [build, devices]: [number | null, number],
  [thanBuild, thanDevices]: [number | null, number],
): boolean {
  return devices === thanDevices ? (build ?? 0) > (thanBuild ?? 0) : devices > thanDevices;
}
