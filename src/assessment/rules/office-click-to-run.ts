import { officeBuilds } from '../../catalogue/office-builds.ts';
import type { OfficeBuild } from '../../catalogue/office-builds.ts';
import type { OpenVulnerability } from './rule.ts';
import { productsNamed } from '../lines/products-named.ts';
import type { SoftwareFinding, SoftwareInput, SoftwareRule } from './rule.ts';
import { parseVersion, visibleRows } from '../lines/version-line.ts';

/** MSI editions of Office 2016 have third parts below this, Click-to-Run lines lie above. */
const firstClickToRunLine = 6000;

/**
 * Office Click-to-Run and Microsoft 365 Apps: documents name no build but the day, so the dated builds of the own version
 * line decide. What was published on a day is fixed by the line's first build of that day or later, and in every line that
 * began after it. There are no KBs. Source: the verdict's specification, section 6.
 */
export const officeClickToRun: SoftwareRule = {
  id: 'office-click-to-run',
  judges: 'software',
  judge(input) {
    const name = publishedAs(input);
    if (name === undefined) return undefined;
    const products = productsNamed(input.catalogue, name);
    const product = products.at(-1);
    if (product === undefined) return undefined;
    const rule = 'office-click-to-run';
    const base: SoftwareFinding = {
      rule,
      software: input.software,
      product,
      products,
      open: [],
      lacking: [],
      undetermined: undefined,
    };
    const { version } = input.software;
    if (version === null || version.trim() === '')
      return { ...base, undetermined: { reason: 'version-unknown', detail: 'no version was reported' } };
    const [, , line, build] = parseVersion(version) ?? [];
    if (line === undefined || build === undefined) {
      const detail = `"${version}" is no version of Office such as 16.0.16026.20238`;
      return { ...base, undetermined: { reason: 'unreadable-version', detail } };
    }
    const builds = officeBuilds(line);
    if (builds === undefined) {
      const detail = `the documents name no build, and the dated builds of line ${line} are not known`;
      return { ...base, undetermined: { reason: 'no-fixed-version', detail } };
    }
    return { ...base, open: openOnes(input, base, { builds, build }) };
  },
};

function openOnes(
  input: SoftwareInput,
  { product, products }: SoftwareFinding,
  { builds, build }: { readonly builds: readonly OfficeBuild[]; readonly build: number },
): readonly OpenVulnerability[] {
  const open = new Map<number, OpenVulnerability>();
  for (const { vulnerability } of visibleRows(input, products)) {
    const publishedOn = input.catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10);
    if ((builds[0]?.[1] ?? '') > publishedOn) continue;
    const fixing = builds.find(([, releasedOn]) => releasedOn >= publishedOn);
    if (fixing === undefined || build < fixing[0]) open.set(vulnerability, { vulnerability, product, kbs: [] });
  }
  return [...open.values()];
}

/** The published name of a Click-to-Run edition. An Office of 2016 is one where its third part is a line's number. */
function publishedAs({ software: { name, version } }: SoftwareInput): string | undefined {
  if (/^microsoft (?:365 apps|365\b|office 365)/i.test(name)) return 'microsoft 365 apps for enterprise';
  const year = /^microsoft office\b.*\b(2019|2021|2024)\b/i.exec(name)?.[1];
  if (year !== undefined) return year === '2019' ? 'microsoft office 2019' : `microsoft office ltsc ${year}`;
  const line = parseVersion(version ?? '')?.[2] ?? 0;
  return /^microsoft office\b.*\b2016\b/i.test(name) && line >= firstClickToRunLine
    ? 'microsoft 365 apps for enterprise'
    : undefined;
}
