import type { Catalogue } from '../../catalogue/catalogue.ts';
import { edgeReleasedOn, isEdgeVersion } from '../../catalogue/edge-releases.ts';
import { productsNamed } from '../lines/products-named.ts';
import { reportedName } from '../lines/reported-name.ts';
import { softwareLine } from '../lines/software-line.ts';
import type { LineRow, SoftwareLine } from '../lines/software-line.ts';
import type { Version } from '../lines/version.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { undecided } from './undecided.ts';
import type { SoftwareRule } from './rule.ts';

const rule = 'edge-chromium';
/** Edge's first version on Chromium; what is below is EdgeHTML, serviced with Windows. */
const firstChromium = 79;

/**
 * Edge (Chromium): by version. Extended Stable stays on its major version and has rows of its own; Chrome's builds, which
 * some rows name, are no versions of Edge. A row without one is closed where the running version came out in a later month.
 * Source: the verdict's specification, section 6.
 */
export const edgeChromium: SoftwareRule = {
  id: rule,
  judges: 'software',
  judge(input) {
    const { catalogue, software } = input;
    if (!/^edge(?: beta| dev)?$/.test(reportedName(software.name))) return undefined;
    const read = readVersion(software.version);
    if ('version' in read && (read.version[0] ?? 0) < firstChromium) return undefined;
    const products = productsOf(catalogue);
    const [product] = products;
    if (product === undefined) return undefined;
    if ('undetermined' in read) return undecided(software, { rule, product, products, why: read.undetermined });
    const line = edgeLine(catalogue);
    const month = edgeReleasedOn(read.version)?.slice(0, 7);
    const byDate = ({ publishedOn }: LineRow): 'closed' | undefined =>
      month !== undefined && publishedOn.slice(0, 7) < month ? 'closed' : undefined;
    return judgeLine(input, { rule, product, line, running: read.version, byDate });
  },
};

function productsOf(catalogue: Catalogue): readonly number[] {
  return [
    ...productsNamed(catalogue, 'edge (chromium-based)'),
    ...productsNamed(catalogue, 'edge (chromium-based) extended stable'),
  ];
}

/** Made once per catalogue, in some ten milliseconds. */
export function edgeLine(catalogue: Catalogue): SoftwareLine {
  return softwareLine(catalogue, rule, () => ({
    products: productsOf(catalogue),
    order: 'one',
    admit,
    branchOf: ([major = 0]) => String(major),
  }));
}

/** `145.3800.99` has lost its 0: `145.0.3800.99`. */
function admit(published: Version): Version | undefined {
  const [major = 0, second = 0, ...rest] = published;
  const version = published.length === 3 && second >= 100 ? [major, 0, second, ...rest] : published;
  return version.length === 4 && major >= firstChromium && isEdgeVersion(version) ? version : undefined;
}
