import type { Catalogue } from '../catalogue/catalogue.ts';
import { isSameDotnetVersion, normaliseDotnetVersion, publishedDotnetVersions } from '../catalogue/dotnet-framework.ts';
import { baseName, productSlug } from '../catalogue/product-slug.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import type { UndeterminedReason } from './assessment.ts';
import type { OsCandidate } from './identify-os.ts';
import { dotnetNumbers } from './lines/dotnet-line.ts';
import { lineOf } from './lines/line-of.ts';
import { isOfPublisher } from '../inventory/facts/publisher.ts';
import { namesInDocuments, reportedName } from './lines/reported-name.ts';

/** Software of a device that Microsoft publishes updates for and that no rule judges yet. */
export interface UncoveredSoftware {
  readonly name: string;
  readonly vendor: string;
  readonly slug: string;
  readonly version: string | null;
  readonly reason: Extract<UndeterminedReason, 'product-not-covered' | 'version-unknown'>;
  readonly detail: string;
}

/**
 * What of the reported software some document names, apart from the operating system and its parts. Software that no
 * document ever named is no product here, nor is what a rule has `judged`. .NET Framework counts where it is reported or one of its updates is listed.
 */
export function uncoveredSoftware(
  state: PatchState,
  catalogue: Catalogue,
  os: OsCandidate | undefined,
  judged: ReadonlySet<unknown> = new Set(),
): readonly UncoveredSoftware[] {
  const found = new Map<string, UncoveredSoftware>();
  for (const each of state.software) {
    if (judged.has(each)) continue;
    const { name, vendor, version } = each;
    const line = publishedLine(catalogue, name, vendor);
    if (line === undefined || isPartOfWindows(name, version) || isCompanion(name)) continue;
    const key = `${name} ${version ?? ''}`;
    found.set(key, {
      name,
      vendor: line.vendor,
      slug: line.slug,
      version,
      reason: 'product-not-covered',
      detail: 'no rule judges this product yet',
    });
  }
  for (const each of os === undefined ? [] : unjudgedDotnet(state, catalogue, os, judged)) found.set(each.name, each);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** .NET Framework that is reported in a version no document names for this Windows, or proved without its version. */
function unjudgedDotnet(
  state: PatchState,
  catalogue: Catalogue,
  os: OsCandidate,
  judged: ReadonlySet<unknown>,
): readonly UncoveredSoftware[] {
  const product = { vendor: 'microsoft', slug: '.net_framework' } as const;
  const components = catalogue.componentsOn(catalogue.product(os.product).id);
  const published = components.flatMap((component) => {
    const { versions = [], holds35 = false } = publishedDotnetVersions(catalogue.productName(component)) ?? {};
    return holds35 ? [...versions, '3.5'] : versions;
  });
  if (state.dotnetFramework.length > 0) {
    return state.dotnetFramework
      .filter((version) => {
        const plain = normaliseDotnetVersion(version) ?? '';
        return !published.some((each) => isSameDotnetVersion(each, plain));
      })
      .map((version) => ({
        ...product,
        name: `Microsoft .NET Framework ${version}`,
        version,
        reason: 'product-not-covered',
        detail: 'no document names updates for this version on this Windows',
      }));
  }
  if (components.some((component) => judged.has(component) && isDotnet(catalogue, component))) return [];
  const line = lineOf(catalogue, os);
  const numbers = state.installedKbs.length === 0 ? undefined : dotnetNumbers({ catalogue, os, line });
  const kb = state.installedKbs.find((each) => numbers?.has(each) === true && !line.placeOf.has(each));
  if (kb === undefined) return [];
  const detail = `KB${kb} of the update list belongs to it and to several versions; which one is installed was not reported`;
  return [{ ...product, name: 'Microsoft .NET Framework', version: null, reason: 'version-unknown', detail }];
}

function isDotnet(catalogue: Catalogue, product: number): boolean {
  return catalogue.productName(product).includes('.NET Framework');
}

/** Whether a verdict speaks of the software though no rule judges it: some document names it, or it is a part of Windows. */
export function isPublished(catalogue: Catalogue, { name, vendor, version }: PatchState['software'][number]): boolean {
  if (isPartOfWindows(name, version)) return isOfPublisher(vendor);
  return publishedLine(catalogue, name, vendor) !== undefined && !isCompanion(name);
}

/** EdgeHTML (versions below 45) is serviced with Windows; from 79 on Edge is a product of its own. */
function isPartOfWindows(name: string, version: string | null): boolean {
  if (/^(?:windows )?internet explorer\b/i.test(name.trim())) return true;
  const major = Number.parseInt(version ?? '', 10);
  return /^microsoft edge$/i.test(name.trim()) && major < 45;
}

/**
 * What comes with a product that is judged itself, and that no document names: it has no verdict of its own. `Word MUI
 * (English) 2016`, `Microsoft .NET SDK 8.0.101`, `SQL Server 2019 Common Files`.
 */
const companions: readonly RegExp[] = [
  /\bwebview2\b/,
  /\b(?:mui|proof(?:ing)?(?: tools)?|language (?:pack|feature)s?|multilanguage|click-to-run|shared setup metadata)\b/,
  /^(?:asp\.net core|\.net(?: core| standard)?|windows desktop|netstandard)\b.*\b(?:sdk|pack|templates|toolset|workload|manifest)\b/,
  /^(?:visual studio|vs_|vs )\b.*\b(?:setup|minshell|shell|coreeditor|core editor|interop|wmi|devenv|filehandler|file handler|msi|installer|interface)\b/,
  /^sql server(?: 20\d\d(?: r2)?)? (?:setup|common|shared|native client|browser|vss|policies|connection|batch|xevent|dmf|sql diagnostics|diagnostics|rsfx|data quality|client tools|command line|t-sql|transact|system clr|scriptdom|management objects|compact|data-tier|full text|integration services (?:scale|singleton))/,
  /^(?:teams meeting add-in|office file validation add-in|access (?:database engine|runtime))\b/,
];

function isCompanion(name: string): boolean {
  const plain = reportedName(name);
  return companions.some((companion) => companion.test(plain));
}

export interface PublishedLine {
  readonly vendor: string;
  readonly slug: string;
}

/** `Microsoft Office Professional Plus 2016 - en-us` is of the line `office`; words are compared from the front. */
function publishedLine(catalogue: Catalogue, name: string, vendor: string | null): PublishedLine | undefined {
  if (!isOfPublisher(vendor)) return undefined;
  if (vendor === null && !/^(?:microsoft|adobe)\b/i.test(name)) return undefined;
  const lines = publishedLines(catalogue);
  for (const each of [reportedName(name), ...namesInDocuments({ name, version: null })]) {
    const words = normalise(baseName(each));
    for (let count = words.length; count > 0; count -= 1) {
      const line = lines.get(words.slice(0, count).join(' '));
      if (line !== undefined) return line;
    }
  }
  return undefined;
}

/** Every product line that some document names, by its words. */
export function publishedLines(catalogue: Catalogue): ReadonlyMap<string, PublishedLine> {
  return catalogue.once(publishedLines, () => {
    const lines = new Map<string, PublishedLine>();
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const { name, family } = catalogue.product(product);
      if (/^(?:Windows|Internet Explorer)\b/i.test(name) || /mariner|open source/i.test(family ?? '') || isLinux(name))
        continue;
      const words = normalise(baseName(name)).join(' ');
      if (words !== '') lines.set(words, productSlug(name));
    }
    return lines;
  });
}

function isLinux(name: string): boolean {
  return /^(?:azl\d|cbl\d|cm\d|cbl|azure linux)\b/i.test(name) || /\bon (?:azure linux|cbl mariner)/i.test(name);
}

function normalise(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.+#]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '');
}
