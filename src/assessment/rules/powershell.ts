import { productsNamed } from '../lines/products-named.ts';
import { reportedName } from '../lines/reported-name.ts';
import { softwareLine } from '../lines/software-line.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { endOfMinorLine, minorLines } from './minor-lines.ts';
import { undecided } from './undecided.ts';
import type { SoftwareRule } from './rule.ts';

/** PowerShell 6 and later: each minor version is a line of its own, `PowerShell 7.4`. Source: the verdict's specification, section 6. */
export const powershell: SoftwareRule = {
  id: 'powershell',
  judges: 'software',
  judge(input) {
    const { catalogue, software } = input;
    if (!/^powershell (?:core )?[67]\b[\d.]*(?:-preview)?(?:-?(?:x64|x86|arm64))?$/.test(reportedName(software.name)))
      return undefined;
    const rule = 'powershell';
    const lines = [...minorLines(catalogue, 'powershell core'), ...minorLines(catalogue, 'powershell')];
    const read = readVersion(software.version);
    if ('undetermined' in read) {
      const newest = lines.at(-1)?.products ?? [];
      const [product] = newest;
      return product === undefined
        ? undefined
        : undecided(software, { rule, product, products: newest, why: read.undetermined });
    }
    const [major = 0, minor = 0] = read.version;
    const number = `${major}.${minor}`;
    const products = [
      ...productsNamed(catalogue, `powershell ${number}`),
      ...productsNamed(catalogue, `powershell core ${number}`),
    ];
    const [product] = products;
    if (product === undefined) return undefined;
    const line = softwareLine(catalogue, `${rule} ${number}`, () => ({ products, order: 'one' }));
    const finding = judgeLine(input, { rule, product, line, running: read.version });
    const ended = endOfMinorLine(input, line, { lines, version: [major, minor], lifecycle: `PowerShell ${number}` });
    return ended === undefined ? finding : { ...finding, undetermined: ended };
  },
};
