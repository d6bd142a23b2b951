import { judgeLine, readVersion } from '../lines/version-line.ts';
import { productsNamed } from '../lines/products-named.ts';
import { namesInDocuments } from '../lines/reported-name.ts';
import { softwareLine } from '../lines/software-line.ts';
import { undecided } from './undecided.ts';
import type { SoftwareRule } from './rule.ts';

/**
 * Products that are fixed by a version of their own: Visual Studio Code, Teams, Defender's platform, drivers, agents and
 * whatever is published under the name that the device reports. Source: the verdict's specification, section 6.
 */
export const fixedVersionProduct: SoftwareRule = {
  id: 'fixed-version',
  judges: 'software',
  judge(input) {
    const { catalogue, software } = input;
    const found = [...new Set(namesInDocuments(software).flatMap((name) => productsNamed(catalogue, name)))];
    const [product] = found;
    if (product === undefined) return undefined;
    const rule = 'fixed-version';
    const read = readVersion(software.version);
    if ('undetermined' in read) return undecided(software, { rule, products: found, product, why: read.undetermined });
    const line = softwareLine(catalogue, `${rule} ${found.join(' ')}`, () => ({ products: found, order: 'one' }));
    return judgeLine(input, { rule, product, line, running: read.version });
  },
};
