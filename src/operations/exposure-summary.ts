import type { Catalogue } from '../catalogue/catalogue.ts';
import { updateName } from '../assessment/update-name.ts';
import { compareKbNumbers } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import { CveNumbers } from '../assessment/cve-numbers.ts';
import type { TenantExposure } from './tenant-exposure.ts';

/** What the devices of a scope lack, by count. Keys in this order. */
export interface ExposureSummary {
  readonly catalogueId: string;
  readonly devices: { readonly assessed: number; readonly partlyAssessed: number; readonly notAssessed: number };
  /** Most devices first, then by number. */
  readonly kbs: readonly { readonly kb: KbNumber; readonly name: string | null; readonly devices: number }[];
  /** Most devices first, then by id. */
  readonly cves: readonly { readonly cve: VulnerabilityId; readonly devices: number }[];
}

/** `published` is absent where the engine only counts: then neither names nor CVEs are known. */
export function summarizeExposure(
  exposure: TenantExposure,
  catalogueId: string,
  published: Catalogue | undefined,
): ExposureSummary {
  const kbs = Array.from(exposure.missing(), ([kb, devices]) => ({
    kb,
    name: published === undefined ? null : (updateName(published, kb) ?? null),
    devices,
  }));
  return {
    catalogueId,
    devices: {
      assessed: exposure.countCovered('assessed'),
      partlyAssessed: exposure.countCovered('partly-assessed'),
      notAssessed: exposure.countCovered('not-assessed'),
    },
    kbs: kbs.sort((a, b) => b.devices - a.devices || compareKbNumbers(a.kb, b.kb)),
    cves: published === undefined ? [] : openCves(exposure.devicesByCve(), CveNumbers.of(published)),
  };
}

/** CVEs are numbered in the order of their ids. */
function openCves(devicesByCve: Int32Array, numbers: CveNumbers): ExposureSummary['cves'] {
  const open: number[] = [];
  devicesByCve.forEach((devices, cve) => {
    if (devices > 0) open.push(cve);
  });
  open.sort((a, b) => (devicesByCve[b] ?? 0) - (devicesByCve[a] ?? 0) || a - b);
  return open.map((cve) => ({ cve: numbers.nameOf(cve), devices: devicesByCve[cve] ?? 0 }));
}
