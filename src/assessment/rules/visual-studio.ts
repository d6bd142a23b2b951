import type { Catalogue } from '../../catalogue/catalogue.ts';
import { endOfServicing } from '../lines/ended-line.ts';
import { productsNamed, publishedNames } from '../lines/products-named.ts';
import { reportedName } from '../lines/reported-name.ts';
import { softwareLine } from '../lines/software-line.ts';
import type { LineShape, SoftwareLine } from '../lines/software-line.ts';
import { compareVersions, withLostParts } from '../lines/version.ts';
import type { Version } from '../lines/version.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { endOfMinorLine, minorLines } from './minor-lines.ts';
import type { MinorLine } from './minor-lines.ts';
import { undecided } from './undecided.ts';
import type { SoftwareFinding, SoftwareInput, SoftwareRule } from './rule.ts';

/** Major versions of those that have updates with KB numbers, and no minor versions. */
const withKbs: ReadonlyMap<string, number> = new Map([
  ['2010', 10],
  ['2012', 11],
  ['2013', 12],
  ['2015', 14],
]);

/**
 * Visual Studio: from 2017 on by the version inside its minor line (17.12, 17.14), which is a product of its own or included
 * in a later one; 2010 to 2015 by KB. Source: the verdict's specification, section 6.
 */
export const visualStudio: SoftwareRule = {
  id: 'visual-studio',
  judges: 'software',
  judge(input) {
    const year = yearOf(input.software.name);
    if (year === undefined) return undefined;
    return withKbs.has(year) ? judgeByKb(input, year) : judgeByMinor(input, year);
  },
};

/** `Visual Studio Professional 2022`, `Microsoft Visual Studio 2015 Update 3`; parts and tools are named otherwise. */
function yearOf(name: string): string | undefined {
  return /^visual studio (?:(?:community|professional|enterprise|ultimate|premium|build tools|test professional|team explorer|test agent|test controller|express)(?: edition)? )?(20(?:10|12|13|15|17|19|2\d))(?: (?:community|professional|enterprise|ultimate|premium|build tools))?(?: (?:with )?update(?:s| \d)| version [\d.]+| \([\d.]+\))?$/.exec(
    reportedName(name),
  )?.[1];
}

function judgeByKb(input: SoftwareInput, year: string): SoftwareFinding | undefined {
  const { catalogue, software } = input;
  const stem = `visual studio ${year}`;
  const products = [...publishedNames(catalogue)].flatMap(([name, ids]) =>
    name === stem || new RegExp(`^${stem} update \\d$`).test(name) ? ids : [],
  );
  const [product] = products;
  if (product === undefined) return undefined;
  const rule = 'visual-studio';
  const major = withKbs.get(year) ?? 0;
  const shape = (): LineShape => ({
    products,
    order: 'one',
    admit: (published) => {
      const version = withLostParts(published, [major, 0]);
      return version[0] === major ? version : undefined;
    },
  });
  const line = softwareLine(catalogue, `${rule} ${year}`, shape);
  const read = readVersion(software.version);
  if ('version' in read) return judgeLine(input, { rule, product, line, running: read.version });
  const isListed = [...input.installed].some((kb) => line.supersedence.has(kb));
  return isListed
    ? judgeLine(input, { rule, product, line, running: undefined })
    : undecided(software, { rule, product, products, why: read.undetermined });
}

function judgeByMinor(input: SoftwareInput, year: string): SoftwareFinding | undefined {
  const { catalogue, software } = input;
  const rule = 'visual-studio';
  const lines = minorLines(catalogue, `visual studio ${year} version`);
  const read = readVersion(software.version);
  const newest = lines.at(-1);
  if ('undetermined' in read) {
    const products = newest?.products ?? [];
    const [product] = products;
    return product === undefined ? undefined : undecided(software, { rule, product, products, why: read.undetermined });
  }
  const [major = 0, minor = 0, third = 0] = read.version;
  const version: Version = [major, minor];
  const products = productsOf(catalogue, year, { lines, version });
  const [product] = products;
  if (product === undefined) return judgeUnnamed(input, lines, version);
  if (third >= 10_000) {
    const detail = `"${software.version ?? ''}" is the installer's build, whose third part is no patch number; the product's display version, such as ${major}.${minor}.3, is needed`;
    return undecided(software, { rule, product, products, why: { reason: 'unreadable-version', detail } });
  }
  const line = lineOf(catalogue, [...products, ...including(lines, version)]);
  const finding = judgeLine(input, { rule, product, line, running: read.version });
  const lifecycle = `Visual Studio ${year} version ${major}.${minor}`;
  const ended = endOfMinorLine(input, lineOf(catalogue, products), { lines, version, lifecycle });
  return ended === undefined ? finding : { ...finding, undetermined: ended };
}

/** A minor version that no document names: older than all is out of servicing, newer than all has every fix so far. */
function judgeUnnamed(
  input: SoftwareInput,
  lines: readonly MinorLine[],
  version: Version,
): SoftwareFinding | undefined {
  const next = lines.find((each) => compareVersions(each.version, version) > 0);
  const shown = next ?? lines.at(-1);
  const [product] = shown?.products ?? [];
  if (shown === undefined || product === undefined) return undefined;
  const rule = 'visual-studio';
  const line = lineOf(input.catalogue, shown.products);
  if (next === undefined) return judgeLine(input, { rule, product, line, running: version });
  const family = lines.filter((each) => compareVersions(each.version, version) > 0).flatMap(({ products }) => products);
  const ended = endOfServicing(input, { rows: [] }, { lastDay: '', family });
  return undecided(input.software, {
    rule,
    product,
    products: shown.products,
    why: ended ?? {
      reason: 'branch-unknown',
      detail: `no document names version ${version.join('.')}, nor a later one up to that date`,
    },
  });
}

function lineOf(catalogue: Catalogue, products: readonly number[]): SoftwareLine {
  return softwareLine(catalogue, `visual-studio ${products.join(' ')}`, () => ({ products, order: 'one' }));
}

/** The own minor line, or the first later one that says it includes it, with what is published for the whole year. */
function productsOf(
  catalogue: Catalogue,
  year: string,
  { lines, version }: { readonly lines: readonly MinorLine[]; readonly version: Version },
): readonly number[] {
  const own = lines.filter((line) => compareVersions(line.version, version) === 0).flatMap(({ products }) => products);
  const chosen = own.length > 0 ? own : including(lines, version);
  return chosen.length === 0 ? [] : [...chosen, ...productsNamed(catalogue, `visual studio ${year}`)];
}

/** Later minor lines that are published as `16.11 (includes 16.0 - 16.10)`. */
function including(lines: readonly MinorLine[], version: Version): readonly number[] {
  return lines
    .filter(
      ({ version: of, includesFrom }) =>
        includesFrom !== undefined && compareVersions(includesFrom, version) <= 0 && compareVersions(of, version) > 0,
    )
    .flatMap(({ products }) => products);
}
