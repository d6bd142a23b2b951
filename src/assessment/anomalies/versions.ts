import type { Catalogue } from '../../catalogue/catalogue.ts';
import { parseFixedVersion } from '../../catalogue/fixed-version.ts';
import { platformOf } from '../../terms/product-id.ts';
import { publishedWindows } from '../identify-os.ts';
import type { AnomalyList } from './anomaly.ts';
import { isLinux } from './published-fixes.ts';

/** Texts where a version should be, and versions where a build of Windows should be (`1.002`). */
export function addUnreadable(catalogue: Catalogue, found: AnomalyList): void {
  const windows = windowsAndExplorer(catalogue);
  for (let row = 0; row < catalogue.rowCount; row += 1) {
    const { kb, fixedBuild } = catalogue.remediation(catalogue.rowRemediation(row));
    const { kind } = parseFixedVersion(fixedBuild);
    if (kind !== 'unreadable' && (kind !== 'versions' || kb === null)) continue;
    const releaseId = catalogue.vulnerabilityDocument(catalogue.rowVulnerability(row)).id;
    const detail = `"${fixedBuild.trim()}" is no ${kind === 'unreadable' ? 'version' : 'build of Windows'}`;
    for (const product of catalogue.rowProducts(row)) {
      const concerned = kind === 'unreadable' ? !isLinux(catalogue, product) : windows.has(product);
      if (concerned) found.add('unreadable-version', kb, { detail, product, releaseId });
    }
  }
}

/** Products whose updates bring a build of Windows. */
function windowsAndExplorer(catalogue: Catalogue): ReadonlySet<number> {
  const systems = publishedWindows(catalogue).map(({ product }) => product);
  const ids = new Set(systems.map((product) => catalogue.product(product).id));
  const found = new Set(systems);
  for (let product = 0; product < catalogue.productCount; product += 1) {
    const { id, name } = catalogue.product(product);
    const platform = platformOf(id);
    const part = name.startsWith('Internet Explorer') || name.startsWith('Microsoft Edge (EdgeHTML-based)');
    if (part && platform !== undefined && ids.has(platform)) found.add(product);
  }
  return found;
}
