import type { Catalogue } from '../../catalogue/catalogue.ts';
import { officeBuilds } from '../../catalogue/office-builds.ts';
import type { OfficeBuild } from '../../catalogue/office-builds.ts';
import { fixRows } from '../lines/fix-rows.ts';
import { productsNamed } from '../lines/products-named.ts';
import { softwareLine } from '../lines/software-line.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { parseOfficeName } from './office-name.ts';
import type { OfficeName } from './office-name.ts';
import { undecided } from './undecided.ts';
import type { OpenVulnerability, SoftwareInput, SoftwareRule } from './rule.ts';

/**
 * Office Click-to-Run and Microsoft 365 Apps: documents name no build but the day, so the dated builds of the own version
 * line decide. What was published on a day is fixed by the line's first build of that day or later, and in every line that
 * began after it. There are no KBs. One build serves all applications, Visio and Project too.
 * Source: the verdict's specification, section 6.
 */
export const officeClickToRun: SoftwareRule = {
  id: 'office-click-to-run',
  judges: 'software',
  judge(input) {
    const { catalogue, software } = input;
    const name = parseOfficeName(software);
    if (name?.clickToRun !== true) return undefined;
    const products = publishedAs(catalogue, name);
    const [product] = products;
    if (product === undefined) return undefined;
    const rule = 'office-click-to-run';
    const shown = { rule, product, products };
    const read = readVersion(software.version);
    if ('undetermined' in read) return undecided(software, { ...shown, why: read.undetermined });
    if (read.version[0] === 15) {
      const line = softwareLine(catalogue, `${rule} 2013`, () => ({ products, order: 'one' }));
      return judgeLine(input, { rule, product, line, running: read.version });
    }
    const [, , line, build] = read.version;
    if (line === undefined || build === undefined) {
      const detail = `"${software.version ?? ''}" is no version of Office such as 16.0.16026.20238`;
      return undecided(software, { ...shown, why: { reason: 'unreadable-version', detail } });
    }
    const builds = officeBuilds(line);
    if (builds === undefined) {
      const detail = `the documents name no build, and the dated builds of line ${line} are not known`;
      return undecided(software, { ...shown, why: { reason: 'no-fixed-version', detail } });
    }
    const open = openOnes(input, { product, products, builds, build });
    return { ...shown, software, open, lacking: [], undetermined: undefined };
  },
};

/** Microsoft 365 Apps were called Office 365 ProPlus up to April 2020, and are what editions of 2016 and applications without a year are built as. */
function publishedAs(catalogue: Catalogue, { year }: OfficeName): readonly number[] {
  if (year === '2013' || year === '2010') return productsNamed(catalogue, `office ${year} click-to-run (c2r)`);
  const own =
    year === '2019'
      ? productsNamed(catalogue, 'office 2019')
      : year === '2021' || year === '2024'
        ? productsNamed(catalogue, `office ltsc ${year}`)
        : [];
  if (own.length > 0) return own;
  return [...productsNamed(catalogue, '365 apps for enterprise'), ...productsNamed(catalogue, 'office 365 proplus')];
}

function openOnes(
  { catalogue, asOf }: SoftwareInput,
  {
    product,
    products,
    builds,
    build,
  }: {
    readonly product: number;
    readonly products: readonly number[];
    readonly builds: readonly OfficeBuild[];
    readonly build: number;
  },
): readonly OpenVulnerability[] {
  const open = new Map<number, OpenVulnerability>();
  const began = builds[0]?.[1] ?? '';
  for (const { vulnerability, publishedOn } of products.flatMap((each) => fixRows(catalogue, each))) {
    if (began > publishedOn || (asOf !== null && publishedOn > asOf)) continue;
    const fixing = builds.find(([, releasedOn]) => releasedOn >= publishedOn);
    if (fixing === undefined || build < fixing[0]) open.set(vulnerability, { vulnerability, product, kbs: [] });
  }
  return [...open.values()];
}
