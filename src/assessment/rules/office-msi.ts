import type { Catalogue } from '../../catalogue/catalogue.ts';
import { officeComponents } from '../../catalogue/office-suites.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { productsNamed } from '../lines/products-named.ts';
import { softwareLine } from '../lines/software-line.ts';
import type { SoftwareLine } from '../lines/software-line.ts';
import { withLostParts } from '../lines/version.ts';
import type { Version } from '../lines/version.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { parseOfficeName } from './office-name.ts';
import type { OfficeName } from './office-name.ts';
import { undecided } from './undecided.ts';
import type { LackingUpdate, OpenVulnerability, SoftwareFinding, SoftwareInput, SoftwareRule } from './rule.ts';

/** First part of the version by year. */
const majors: ReadonlyMap<string, number> = new Map([
  ['2007', 12],
  ['2010', 14],
  ['2013', 15],
  ['2016', 16],
]);

/** Versions that setup and service packs leave under Apps & features: no update changes them. */
const setupVersions: ReadonlySet<string> = new Set([
  '12.0.4518.1014',
  '12.0.6215.1000',
  '12.0.6425.1000',
  '12.0.6612.1000',
  '14.0.4763.1000',
  '14.0.6029.1000',
  '14.0.7015.1000',
  '15.0.4420.1017',
  '15.0.4569.1506',
  '16.0.4266.1001',
]);

/** What is published under the name of Office itself: the files that all applications share. */
const shared = 'office';

/**
 * Office from Windows Installer, 2007 to 2016: each application and the shared Office is a product with several parts, each
 * with a lineage of updates. Where the list shows Office, what it lacks is not installed; a version that setup left is no
 * evidence. A suite is all that its edition contains. Source: the verdict's specification, sections 2 and 6.
 */
export const officeMsi: SoftwareRule = {
  id: 'office-msi',
  judges: 'software',
  judge(input) {
    const { catalogue, software, updateList } = input;
    const name = parseOfficeName(software);
    if (name === undefined || name.clickToRun || !majors.has(name.year)) return undefined;
    const components = componentsOf(name);
    const lines = components.flatMap((each) => componentLine(catalogue, each, name.year) ?? []);
    const products = lines.flatMap(({ shape }) => shape.products);
    const [product] = products;
    if (product === undefined) return undefined;
    const rule = 'office-msi';
    const shown = { rule, product, products };
    const read = readVersion(software.version);
    const listSpeaks = showsOffice(input, lines);
    if ('undetermined' in read && (!listSpeaks || read.undetermined.reason === 'unreadable-version'))
      return undecided(software, { ...shown, why: read.undetermined });
    const version = 'version' in read ? read.version : undefined;
    if (version !== undefined && version[0] !== majors.get(name.year)) {
      const detail = `"${software.version ?? ''}" is no version of an Office of ${name.year}`;
      return undecided(software, { ...shown, why: { reason: 'unreadable-version', detail } });
    }
    const isSetup = version !== undefined && setupVersions.has(version.join('.'));
    const isSuite = components.length > 1;
    const list = updateList === 'none' ? 'none was given' : 'the one given names none of Office';
    const why = {
      reason: 'no-update-list',
      detail: `version ${software.version ?? ''} is what setup left: only a list of its updates tells which are installed, and ${list}`,
    } as const;
    if (isSuite && isSetup && !listSpeaks) return undecided(software, { ...shown, why });
    const running = isSetup && listSpeaks ? undefined : version;
    const findings = lines.map((line) => judgeLine(input, { rule, product, line, running, listSpeaks }));
    const merged = merge(findings, { software, ...shown });
    return isSetup && !listSpeaks ? { ...merged, undetermined: why } : merged;
  },
};

/**
 * Whether absence from the list counts: it is whole, or it names some update of this Office. Lists of Windows alone
 * (systeminfo, Get-HotFix) never name one, however many are installed.
 */
function showsOffice({ updateList, installed }: SoftwareInput, lines: readonly SoftwareLine[]): boolean {
  if (updateList !== 'partial') return updateList === 'complete';
  return [...installed].some((kb) => lines.some(({ supersedence }) => supersedence.has(kb)));
}

/** A suite is its applications with the shared Office, by edition; without an edition it is the shared Office alone. */
function componentsOf({ application, edition, year }: OfficeName): readonly string[] {
  return application === 'office' && edition !== '' ? [shared, ...officeComponents(edition, year)] : [application];
}

function componentLine(catalogue: Catalogue, component: string, year: string): SoftwareLine | undefined {
  const products = productsNamed(catalogue, publishedName(component, year));
  if (products.length === 0) return undefined;
  const major = majors.get(year) ?? 0;
  return softwareLine(catalogue, `office-msi ${component} ${year}`, () => ({
    products,
    family: familyOf(catalogue, year),
    order: 'parts',
    admit: (published) => admit(published, major),
  }));
}

function publishedName(application: string, year: string): string {
  return application === 'skype for business basic' ? `skype for business ${year} basic` : `${application} ${year}`;
}

/** All applications of one year: a package is filed now under one of them, now under the shared Office. */
function familyOf(catalogue: Catalogue, year: string): readonly number[] {
  const applications = [
    'access',
    'excel',
    'infopath',
    'lync',
    'lync basic',
    'office',
    'onenote',
    'outlook',
    'powerpoint',
  ];
  const more = ['project', 'publisher', 'skype for business', 'skype for business basic', 'visio', 'word'];
  return [...applications, ...more].flatMap((each) => productsNamed(catalogue, publishedName(each, year)));
}

/** Of another year, or a build of Click-to-Run: mis-filed. */
function admit(published: Version, major: number): Version | undefined {
  const version = withLostParts(published, [major, 0]);
  const [first, second, third = 0] = version;
  return version.length === 4 && first === major && second === 0 && third < 10_000 && (major < 16 || third < 6000)
    ? version
    : undefined;
}

/** What was found for each application, told as one product. */
function merge(
  findings: readonly SoftwareFinding[],
  shown: Pick<SoftwareFinding, 'software' | 'rule' | 'product' | 'products'>,
): SoftwareFinding {
  const open = new Map<number, Set<KbNumber>>();
  for (const { vulnerability, kbs } of findings.flatMap((finding) => finding.open))
    open.set(vulnerability, new Set([...(open.get(vulnerability) ?? []), ...kbs]));
  const lacking = new Map<KbNumber, LackingUpdate>();
  for (const each of findings.flatMap((finding) => finding.lacking)) {
    const before = lacking.get(each.kb);
    lacking.set(each.kb, before === undefined || before.replacedBy === null ? each : before);
  }
  return {
    ...shown,
    open: Array.from(open, ([vulnerability, kbs]): OpenVulnerability => ({
      vulnerability,
      product: shown.product,
      kbs: [...kbs].sort((a, b) => Number(a) - Number(b)),
    })),
    lacking: [...lacking.values()],
    undetermined: findings.find(({ undetermined }) => undetermined !== undefined)?.undetermined,
  };
}
