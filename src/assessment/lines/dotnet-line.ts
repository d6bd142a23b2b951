import type { Catalogue } from '../../catalogue/catalogue.ts';
import { isSameDotnetVersion, publishedDotnetVersions } from '../../catalogue/dotnet-framework.ts';
import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { RuleInput } from '../rules/rule.ts';
import { isMisfiled, isOfOtherWindows } from './classify-row.ts';

/** An update of one .NET Framework on one Windows. */
export interface DotnetUpdate {
  readonly kb: KbNumber;
  readonly releasedOn: string;
  /** Security Only holds its month alone. */
  readonly cumulative: boolean;
  readonly offered: boolean;
  /** It comes inside the cumulative update of Windows. */
  readonly inWindows: boolean;
  readonly supersedes: readonly KbNumber[];
}

/** What one published .NET Framework on one Windows needs. */
export interface DotnetLine {
  readonly product: number;
  readonly versions: readonly string[];
  /** Its updates are those of 3.5 as well: `3.5 AND 4.8`. */
  readonly holds35: boolean;
  /** The versions that its cumulative updates serve, 3.5 with them where it holds that. */
  readonly serves: readonly string[];
  readonly updates: ReadonlyMap<KbNumber, DotnetUpdate>;
  /**
   * Numbers that update lists show in the place of an update that documents name: the documents give them in the row's
   * address only (5034275 with `q=KB5033909`), the package of the offered update or the other way round.
   */
  readonly packages: ReadonlyMap<KbNumber, readonly KbNumber[]>;
  readonly vulnerabilities: ReadonlyMap<number, readonly DotnetUpdate[]>;
  /** Vulnerabilities whose rows name updates of another Windows only, and that no own update of the same document fixes. */
  readonly suspects: readonly number[];
}

/** Every .NET Framework that is published for the device's Windows, made once per catalogue. */
export function dotnetLines(input: Pick<RuleInput, 'catalogue' | 'os' | 'line'>): readonly DotnetLine[] {
  const { catalogue, os } = input;
  const cache = catalogue.once(dotnetLines, () => new Map<number, readonly DotnetLine[]>());
  let lines = cache.get(os.product);
  if (lines === undefined) {
    lines = catalogue.componentsOn(catalogue.product(os.product).id).flatMap((product) => {
      const published = publishedDotnetVersions(catalogue.productName(product));
      return published === undefined ? [] : [new DotnetLineBuilder(input, product).build(published)];
    });
    cache.set(os.product, lines);
  }
  return lines;
}

/** Every number, of an update or of a package of one, that speaks of .NET Framework on the device's Windows. */
export function dotnetNumbers(input: Pick<RuleInput, 'catalogue' | 'os' | 'line'>): ReadonlySet<KbNumber> {
  const cache = input.catalogue.once(dotnetNumbers, () => new Map<number, ReadonlySet<KbNumber>>());
  let numbers = cache.get(input.os.product);
  if (numbers === undefined) {
    numbers = new Set(dotnetLines(input).flatMap(({ updates, packages }) => [...updates.keys(), ...packages.keys()]));
    cache.set(input.os.product, numbers);
  }
  return numbers;
}

class DotnetLineBuilder {
  private readonly catalogue: Catalogue;
  private readonly os: number;
  private readonly windows: RuleInput['line'];
  private readonly product: number;
  private readonly updates = new Map<KbNumber, DotnetUpdate>();
  private readonly packages = new Map<KbNumber, KbNumber[]>();
  private readonly closers = new Map<number, Set<KbNumber>>();
  private readonly foreign = new Set<number>();

  constructor({ catalogue, os, line }: Pick<RuleInput, 'catalogue' | 'os' | 'line'>, product: number) {
    this.catalogue = catalogue;
    this.os = os.product;
    this.windows = line;
    this.product = product;
  }

  build({ versions, holds35 }: NonNullable<ReturnType<typeof publishedDotnetVersions>>): DotnetLine {
    for (const fix of this.catalogue.fixesOfProduct(this.product)) this.addFix(fix);
    const vulnerabilities = new Map<number, readonly DotnetUpdate[]>();
    for (const [vulnerability, kbs] of this.closers) {
      const sorted = [...kbs].sort(compareKbNumbers);
      vulnerabilities.set(
        vulnerability,
        sorted.flatMap((kb) => this.updates.get(kb) ?? []),
      );
    }
    this.keepEarliestPackages();
    const suspects: number[] = [];
    for (const vulnerability of this.foreign) {
      if (vulnerabilities.has(vulnerability)) continue;
      const own = this.ownOfDocument(vulnerability);
      if (own === undefined) suspects.push(vulnerability);
      else vulnerabilities.set(vulnerability, [own]);
    }
    const { product, updates, packages } = this;
    const plain = versions.map((version) => (isSameDotnetVersion(version, '3.5') ? '3.5' : version));
    const serves = holds35 ? [...plain, '3.5'] : plain;
    return { product, versions, holds35, serves, updates, packages, vulnerabilities, suspects };
  }

  private addFix(fix: number): void {
    const { catalogue } = this;
    const { kb, subType, url, supersedes } = catalogue.remediation(catalogue.fixRemediation(fix));
    if (kb === null) return;
    const end = catalogue.firstRow(fix + 1);
    const inWindows = this.windows.placeOf.has(kb);
    if (!inWindows && (isOfOtherWindows(catalogue, kb, this.os) || isMisfiled(catalogue, kb, this.os))) {
      for (let row = catalogue.firstRow(fix); row < end; row += 1) this.foreign.add(catalogue.rowVulnerability(row));
      return;
    }
    const before = this.updates.get(kb);
    this.updates.set(kb, {
      kb,
      releasedOn: catalogue.findRelease(kb)?.releasedOn ?? '',
      cumulative: !/security\s*only/i.test(subType),
      offered: before?.offered === true || isOfferedForDotnet(subType),
      inWindows,
      supersedes: [...new Set([...(before?.supersedes ?? []), ...supersedes])],
    });
    const shown = /[?&]q=(?:kb)?(\d{6,7})\b/i.exec(url)?.[1] as KbNumber | undefined;
    if (shown !== undefined && shown !== kb && !this.windows.placeOf.has(shown)) {
      const named = this.packages.get(shown) ?? [];
      if (!named.includes(kb)) this.packages.set(shown, [...named, kb]);
    }
    for (let row = catalogue.firstRow(fix); row < end; row += 1) {
      const vulnerability = catalogue.rowVulnerability(row);
      this.closers.set(vulnerability, (this.closers.get(vulnerability) ?? new Set()).add(kb));
    }
  }

  /** A number that rows of several months give is that of the first: the later rows only repeat the address. */
  private keepEarliestPackages(): void {
    const dateOf = (kb: KbNumber): string => this.updates.get(kb)?.releasedOn ?? '';
    for (const [shown, named] of this.packages) {
      const first = named.map(dateOf).sort()[0];
      this.packages.set(
        shown,
        named.filter((kb) => dateOf(kb) === first),
      );
    }
  }

  /** Where the rows name another Windows's update: the own one of the same document. */
  private ownOfDocument(vulnerability: number): DotnetUpdate | undefined {
    const month = this.catalogue.vulnerabilityDocument(vulnerability).id;
    const offered = [...this.updates.values()].filter((each) => each.offered);
    const own = offered.filter(({ kb }) => this.catalogue.findRelease(kb)?.releaseId === month);
    if (own.length > 0) return own.sort((a, b) => compareKbNumbers(a.kb, b.kb)).at(-1);
    if (!offered.some(({ inWindows }) => inWindows)) return undefined;
    const withWindows = this.windows.packages.findLast(({ releaseId, offered: is }) => is && releaseId === month);
    if (withWindows === undefined) return undefined;
    const { kb, releasedOn } = withWindows;
    const update: DotnetUpdate = { kb, releasedOn, cumulative: true, offered: true, inWindows: true, supersedes: [] };
    this.updates.set(kb, update);
    return update;
  }
}

function isOfferedForDotnet(subType: string): boolean {
  return subType === '' || /^(?:security update|monthly rollup|cumulative update)/i.test(subType);
}
