import { productsNamed } from '../lines/products-named.ts';
import { reportedName } from '../lines/reported-name.ts';
import { softwareLine } from '../lines/software-line.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { undecided } from './undecided.ts';
import type { SoftwareRule } from './rule.ts';

/** Edge's updater, `1.3.195.61`: a row with a version of the browser is mis-filed. Source: the verdict's specification, section 6. */
export const edgeUpdate: SoftwareRule = {
  id: 'edge-update',
  judges: 'software',
  judge(input) {
    const { catalogue, software } = input;
    if (reportedName(software.name) !== 'edge update') return undefined;
    const products = ['edge (chromium-based) updater', 'edge update setup'].flatMap((name) =>
      productsNamed(catalogue, name),
    );
    const [product] = products;
    if (product === undefined) return undefined;
    const rule = 'edge-update';
    const read = readVersion(software.version);
    if ('undetermined' in read) return undecided(software, { rule, product, products, why: read.undetermined });
    const line = softwareLine(catalogue, rule, () => ({
      products,
      order: 'one',
      admit: (published) => (published[0] === 1 ? published : undefined),
    }));
    return judgeLine(input, { rule, product, line, running: read.version });
  },
};
