import type { Catalogue } from '../catalogue/catalogue.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import { tryParseWindowsBuild } from '../terms/windows-build.ts';
import type { MissingUpdate } from './assessment.ts';
import { cvesOf } from './open-cves.ts';
import { orderedProducts } from './product-verdicts.ts';
import type { LackingUpdate, OpenVulnerability, RuleFinding, RuleInput, SoftwareFinding } from './rules/rule.ts';
import { updateFacts } from './update-facts.ts';
import { withoutEarly } from './update-name.ts';
import type { UpdateFacts } from './update-facts.ts';

/** Lacking updates with their names, counts and scope, newest release first. */
export function missingUpdates(
  input: RuleInput,
  findings: readonly RuleFinding[],
  applications: readonly SoftwareFinding[],
): readonly MissingUpdate[] {
  const { catalogue, state, os } = input;
  const products = orderedProducts(os.product, findings, catalogue);
  const build = tryParseWindowsBuild(state.os.build ?? '')?.build ?? os.windows.version.build;
  const dressed = findings.flatMap((finding) => {
    const openByKb = groupByKb(finding.open);
    return finding.lacking.flatMap((lacking) => {
      const facts = updateFacts(catalogue, lacking.kb, products, finding.standIns.get(lacking.kb));
      const open = openByKb.get(lacking.kb) ?? [];
      return dress(catalogue, lacking, { facts, products, open, build });
    });
  });
  for (const finding of applications) dressed.push(...dressedApplication(catalogue, finding));
  dressed.sort((a, b) =>
    a.releasedOn > b.releasedOn ? -1 : a.releasedOn < b.releasedOn ? 1 : Number(a.missing.kb) - Number(b.missing.kb),
  );
  return mergeByKb(catalogue, dressed);
}

/** Kept with the finding, which devices share: none of it depends on the device. */
function dressedApplication(catalogue: Catalogue, finding: SoftwareFinding): readonly Dressed[] {
  const kept = catalogue.once(dressedApplication, () => new WeakMap<SoftwareFinding, readonly Dressed[]>());
  let dressed = kept.get(finding);
  if (dressed === undefined) {
    const { products } = finding;
    const openByKb = groupByKb(finding.open);
    dressed = finding.lacking.flatMap((lacking) => {
      const facts = updateFacts(catalogue, lacking.kb, products);
      return dress(catalogue, lacking, { facts, products, open: openByKb.get(lacking.kb) ?? [], build: null });
    });
    kept.set(finding, dressed);
  }
  return dressed;
}

interface Dressing {
  readonly facts: UpdateFacts;
  readonly products: readonly number[];
  readonly open: readonly OpenVulnerability[];
  /** The device's, for an update of its Windows. */
  readonly build: number | null;
}

function dress(
  catalogue: Catalogue,
  lacking: LackingUpdate,
  { facts, products, open, build }: Dressing,
): readonly Dressed[] {
  const release = catalogue.findRelease(lacking.kb);
  if (release === undefined) return [];
  const missing: MissingUpdate = {
    kb: lacking.kb,
    name: withoutEarly(release.document.title),
    kind: lacking.kind,
    releaseId: release.releaseId,
    osBuild: lacking.ofOs ? build : null,
    productsNames: facts.slugs,
    url: facts.url,
    cveAddressed: facts.cveCount,
    replacedBy: lacking.replacedBy,
    cves: cvesOf(catalogue, open),
  };
  return [{ missing, products, releasedOn: release.releasedOn }];
}

/** An update with what it is of: one can be of several installed products. */
interface Dressed {
  readonly missing: MissingUpdate;
  readonly products: readonly number[];
  readonly releasedOn: string;
}

/**
 * One update is listed once, with all that it fixes on any of its products. It is replaced only where each of them has a
 * newer one, but for Windows, whose line of updates decides for its parts.
 */
function mergeByKb(catalogue: Catalogue, sorted: readonly Dressed[]): readonly MissingUpdate[] {
  const byKb = new Map<KbNumber, Dressed>();
  for (const each of sorted) {
    const before = byKb.get(each.missing.kb);
    byKb.set(each.missing.kb, before === undefined ? each : mergeUpdate(catalogue, before, each));
  }
  return [...byKb.values()].map(({ missing }) => missing);
}

function mergeUpdate(catalogue: Catalogue, before: Dressed, { missing, products }: Dressed): Dressed {
  const { releasedOn } = before;
  const all = [...new Set([...before.products, ...products])];
  const facts = updateFacts(catalogue, missing.kb, all);
  return {
    products: all,
    releasedOn,
    missing: {
      ...before.missing,
      productsNames: [...new Set([...before.missing.productsNames, ...missing.productsNames])],
      cveAddressed: Math.max(facts.cveCount, before.missing.cveAddressed),
      replacedBy: replacedForBoth(before.missing, missing),
      cves: [...new Set([...before.missing.cves, ...missing.cves])].sort(),
    },
  };
}

function replacedForBoth(a: MissingUpdate, b: MissingUpdate): KbNumber | null {
  if (a.osBuild !== null || b.osBuild !== null) return a.replacedBy ?? b.replacedBy;
  return a.replacedBy === null || b.replacedBy === null ? null : a.replacedBy;
}

function groupByKb(open: readonly OpenVulnerability[]): ReadonlyMap<KbNumber, readonly OpenVulnerability[]> {
  const byKb = new Map<KbNumber, OpenVulnerability[]>();
  for (const each of open) {
    for (const kb of each.kbs) {
      const list = byKb.get(kb);
      if (list === undefined) byKb.set(kb, [each]);
      else list.push(each);
    }
  }
  return byKb;
}
