import type { Assessment, ProductVerdict } from '../assessment/assessment.ts';
import type { SoftwareEntry } from './application.ts';
import { softwareIdOf } from './software-id.ts';
import type { TenantExposure } from './tenant-exposure.ts';

/** The software of one device by id. Products that share an id are one entry, told by that with the most open CVEs. */
export function listDeviceSoftware({ products }: Assessment, exposure: TenantExposure): readonly SoftwareEntry[] {
  const byId = new Map<string, ProductVerdict>();
  for (const product of products) {
    const id = softwareIdOf(product);
    const known = byId.get(id);
    if (known === undefined || product.openCves > known.openCves) byId.set(id, product);
  }
  return Array.from(byId, ([id, { slug, vendor, version, openCves }]) => ({
    id,
    name: slug,
    vendor,
    version,
    weaknesses: openCves,
    exposedMachines: exposure.countExposed(id),
    installedMachines: exposure.countInstalled(id),
  })).sort((a, b) => (a.id < b.id ? -1 : 1));
}
