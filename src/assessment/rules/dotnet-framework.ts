import type { Catalogue } from '../../catalogue/catalogue.ts';
import {
  normaliseDotnetVersion,
  parentOfDotnetPackage,
  publishedDotnetVersions,
} from '../../catalogue/dotnet-framework.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { WindowsRule, LackingUpdate, OpenVulnerability, RuleFinding, RuleInput } from './rule.ts';

/**
 * .NET Framework per version on its Windows: reported, or proved by one of its updates in the list. Its updates are
 * cumulative per version; on some Windows they come inside the cumulative update. FixedBuild is a file version here and
 * is compared with nothing: the update list tells. Source: the verdict's specification, section 5.
 */
export const dotnetFramework: WindowsRule = {
  id: 'dotnet-framework',
  judges: 'windows',
  judge(input) {
    if (!isEvident(input)) return undefined;
    const lines = dotnetLines(input.catalogue, input);
    const products = lines.filter((line) => isPresent(line, lines, input)).map(({ product }) => product);
    if (products.length === 0) return undefined;
    const none: RuleFinding = { products, open: [], lacking: [], undetermined: [], standIns: new Map() };
    if (input.level.evidence === 'nothing') return none; // the operating system's verdict says why
    return judgeLines(
      input,
      lines.filter(({ product }) => products.includes(product)),
      none,
    );
  },
};

interface DotnetUpdate {
  readonly kb: KbNumber;
  readonly releasedOn: string;
  /** Security Only holds its month alone. */
  readonly cumulative: boolean;
  readonly offered: boolean;
}

interface DotnetLine {
  readonly product: number;
  readonly versions: readonly string[];
  readonly updates: ReadonlyMap<KbNumber, DotnetUpdate>;
  readonly vulnerabilities: ReadonlyMap<number, readonly KbNumber[]>;
}

/** Every .NET Framework that is published for the device's Windows. */
function dotnetLines(catalogue: Catalogue, { os }: RuleInput): readonly DotnetLine[] {
  const cache = catalogue.once(dotnetLines, () => new Map<number, readonly DotnetLine[]>());
  let lines = cache.get(os.product);
  if (lines === undefined) {
    lines = catalogue.componentsOn(catalogue.product(os.product).id).flatMap((product) => {
      const versions = publishedDotnetVersions(catalogue.productName(product));
      return versions === undefined ? [] : [dotnetLine(catalogue, product, versions)];
    });
    cache.set(os.product, lines);
  }
  return lines;
}

function dotnetLine(catalogue: Catalogue, product: number, versions: readonly string[]): DotnetLine {
  const updates = new Map<KbNumber, DotnetUpdate>();
  const vulnerabilities = new Map<number, KbNumber[]>();
  for (const fix of catalogue.fixesOfProduct(product)) {
    const { kb, subType } = catalogue.remediation(catalogue.fixRemediation(fix));
    if (kb === null) continue;
    const cumulative = !/security\s*only/i.test(subType);
    const offered = subType === '' || /^(?:security update|monthly rollup|cumulative update)/i.test(subType);
    const releasedOn = catalogue.findRelease(kb)?.releasedOn ?? '';
    const before = updates.get(kb);
    updates.set(kb, { kb, releasedOn, cumulative, offered: offered || before?.offered === true });
    const end = catalogue.firstRow(fix + 1);
    for (let row = catalogue.firstRow(fix); row < end; row += 1) {
      const vulnerability = catalogue.rowVulnerability(row);
      const list = vulnerabilities.get(vulnerability);
      if (list === undefined) vulnerabilities.set(vulnerability, [kb]);
      else if (!list.includes(kb)) list.push(kb);
    }
  }
  return { product, versions, updates, vulnerabilities };
}

/** Whether anything speaks of .NET Framework at all: most devices need none of its lines made. */
function isEvident({ catalogue, os, state }: RuleInput): boolean {
  if (state.dotnetFramework.length > 0) return true;
  const components = new Set(
    catalogue
      .componentsOn(catalogue.product(os.product).id)
      .filter((product) => publishedDotnetVersions(catalogue.productName(product)) !== undefined),
  );
  return state.installedKbs.some((kb) => {
    const { start, end } = catalogue.fixesOfKb(parentOfDotnetPackage(kb) ?? kb);
    for (let fix = start; fix < end; fix += 1)
      if (catalogue.productsOfSet(catalogue.fixProductSet(fix)).some((product) => components.has(product))) return true;
    return false;
  });
}

/**
 * Reported versions decide; where none is reported, an update in the list that is published for this version alone. One of
 * several versions proves none of them.
 */
function isPresent(line: DotnetLine, all: readonly DotnetLine[], { state, line: windows }: RuleInput): boolean {
  if (state.dotnetFramework.length > 0) {
    const reported = state.dotnetFramework.flatMap((text) => normaliseDotnetVersion(text) ?? []);
    return line.versions.some((version) => reported.includes(version));
  }
  return state.installedKbs
    .map((kb) => parentOfDotnetPackage(kb) ?? kb)
    .filter((kb) => line.updates.has(kb) && !windows.placeOf.has(kb))
    .some((kb) => all.every(({ product, updates }) => product === line.product || !updates.has(kb)));
}

function judgeLines(input: RuleInput, lines: readonly DotnetLine[], none: RuleFinding): RuleFinding {
  const { catalogue, state, asOf, line: windows, level } = input;
  const installed = new Set(state.installedKbs.map((kb) => parentOfDotnetPackage(kb) ?? kb));
  const open: OpenVulnerability[] = [];
  const missing = new Map<KbNumber, DotnetUpdate>();
  const unlisted = new Set<number>();
  for (const line of lines) {
    const reached = reachedDate(line, lines, installed);
    for (const [vulnerability, kbs] of line.vulnerabilities) {
      const visible = kbs
        .flatMap((kb) => line.updates.get(kb) ?? [])
        .filter(({ releasedOn }) => asOf === null || releasedOn <= asOf);
      const inWindows = visible.filter(({ kb }) => windows.placeOf.has(kb));
      const own = visible.filter(({ kb }) => !windows.placeOf.has(kb));
      if (visible.length === 0 || visible.some(({ kb }) => installed.has(kb))) continue;
      if (inWindows.some(({ kb }) => (windows.placeOf.get(kb) ?? Infinity) <= level.place)) continue;
      const last = own
        .map(({ releasedOn }) => releasedOn)
        .sort()
        .at(-1);
      if (last !== undefined && last <= reached) continue;
      const offered = [...inWindows, ...own].filter((each) => each.offered);
      if (inWindows.length === 0 && state.updateList === 'none') {
        unlisted.add(line.product);
        continue;
      }
      for (const each of offered) if (each.releasedOn > reached) missing.set(each.kb, each);
      open.push({ vulnerability, product: line.product, kbs: offered.map(({ kb }) => kb).sort(compareKbNumbers) });
    }
  }
  const undetermined = [...unlisted].map((product) => ({
    product,
    reason: 'no-update-list' as const,
    detail: 'its updates show in the update list only, and none was reported',
  }));
  return { ...none, open, undetermined, lacking: lackingOf([...missing.values()], input, catalogue) };
}

/** The newest cumulative update of the version that is installed; one of an other published name of the same version counts. */
function reachedDate(line: DotnetLine, lines: readonly DotnetLine[], installed: ReadonlySet<KbNumber>): string {
  const same = lines.filter(({ versions }) => versions.some((version) => line.versions.includes(version)));
  let reached = '';
  for (const { updates } of same) {
    for (const { kb, releasedOn, cumulative } of updates.values())
      if (cumulative && installed.has(kb) && releasedOn > reached) reached = releasedOn;
  }
  return reached;
}

function lackingOf(
  missing: readonly DotnetUpdate[],
  { line }: RuleInput,
  catalogue: Catalogue,
): readonly LackingUpdate[] {
  const newestOf = (updates: readonly DotnetUpdate[]): DotnetUpdate | undefined =>
    updates
      .toSorted((a, b) =>
        a.releasedOn < b.releasedOn ? -1 : a.releasedOn > b.releasedOn ? 1 : compareKbNumbers(a.kb, b.kb),
      )
      .at(-1);
  const inWindows = missing.filter(({ kb }) => line.placeOf.has(kb));
  const own = missing.filter(({ kb }) => !line.placeOf.has(kb));
  return [inWindows, own].flatMap((updates, index) => {
    const newest = newestOf(updates);
    return updates.map(({ kb, releasedOn }): LackingUpdate => ({
      kb,
      kind: index === 0 ? 'lcu' : 'security-update',
      ofOs: index === 0,
      // Several of one day are of several versions: each is needed.
      replacedBy:
        newest === undefined || newest.kb === kb || newest.releasedOn === releasedOn || !catalogue.hasKb(kb)
          ? null
          : newest.kb,
    }));
  });
}
