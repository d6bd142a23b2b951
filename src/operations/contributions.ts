import type { Assessment, ProductVerdict } from '../assessment/assessment.ts';
import { noFindings } from '../assessment/findings.ts';
import type { ProductFindings } from '../assessment/findings.ts';
import { compareKbNumbers } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { UpdateKind } from '../terms/update-kind.ts';
import { tryParseWindowsBuild } from '../terms/windows-build.ts';
import type { PatchLevel } from '../assessment/patch-level.ts';
import type { Contribution, InstalledSoftware } from './contribution.ts';
import { osPlatformOf } from './os-platform.ts';
import { softwareIdOf } from './software-id.ts';

/** A verdict with what is open on each of its products; `undefined` from an engine that only counts. */
export interface JudgedState {
  readonly assessment: Assessment;
  readonly findings: readonly ProductFindings[] | undefined;
  /** What the report calls the operating system, and whether it says that a restart is due. */
  readonly osName: string | null;
  readonly pendingReboot?: boolean;
  readonly level?: PatchLevel | null;
}

/** The lists of what is missing, one object for all states that lack the same. */
type MissingLists = Pick<Contribution, 'missing' | 'kinds' | 'replacedBy' | 'install'>;

/** Lists in the order in which software has them, as a tree: equal sequences are one object. */
interface Combination {
  readonly open: readonly ProductFindings[];
  readonly next: Map<ProductFindings, Combination>;
}

/**
 * Makes contributions that share what is equal: thousands of patch states have the same open CVEs, since what is open depends
 * on the last update alone, and the same versions of the same programs. One for each engine.
 */
export class Contributions {
  readonly #combinations: Combination = { open: [], next: new Map() };
  readonly #findings = new Map<number, ProductFindings[]>();
  readonly #software = new Map<ProductFindings, Map<string, InstalledSoftware>>();
  /** Small values that many states share, by their JSON. */
  readonly #values = new Map<string, unknown>();
  readonly #kinds = new Map<KbNumber, UpdateKind>();

  /** What the rules said of an update's kind, on whatever device first; `undefined` for one that no device lacked. */
  kindOf(kb: KbNumber): UpdateKind | undefined {
    return this.#kinds.get(kb);
  }

  of({ assessment, findings, osName, pendingReboot = false, level = null }: JudgedState): Contribution {
    const { os, coverage, missing, openCves, products, undetermined, installedRebootNeeded } = assessment;
    const software = new Set(
      products.map((product, index) => this.#shared(product, findings?.[index] ?? noFindings, index === 0)),
    );
    return {
      coverage,
      osPlatform: osPlatformOf(os.productName ?? osName ?? ''),
      osBuild: tryParseWindowsBuild(os.build ?? '')?.build ?? null,
      openCves: openCves.length,
      open: this.#openOf(software),
      software: [...software],
      os: this.#value(os),
      ...this.#missingLists(missing),
      reasons: this.#value([...new Set(undetermined.map(({ reason }) => reason))].sort()),
      level: level === null ? null : this.#value(level),
      restartPending: pendingReboot || installedRebootNeeded.length > 0,
    };
  }

  /** One that another thread made, with what is equal shared as in those made here. */
  adopt(contribution: Contribution): Contribution {
    const software = new Set(contribution.software.map((each) => this.#intern(each, each.findings)));
    const { os, level, reasons, missing, kinds, replacedBy, install } = contribution;
    return {
      ...contribution,
      open: this.#openOf(software),
      software: [...software],
      os: this.#value(os),
      level: level === null ? null : this.#value(level),
      reasons: this.#value(reasons),
      ...this.#listed({ missing, kinds, replacedBy, install }),
    };
  }

  #missingLists(missing: Assessment['missing']): MissingLists {
    const wanted = missing.filter(({ replacedBy }) => replacedBy === null);
    return this.#listed({
      missing: missing.map(({ kb }) => kb),
      kinds: missing.map(({ kind }) => kind),
      replacedBy: missing.map(({ replacedBy }) => replacedBy),
      install: wanted.map(({ kb }) => kb).sort(compareKbNumbers),
    });
  }

  #listed(lists: MissingLists): MissingLists {
    lists.missing.forEach((kb, at) => {
      const kind = lists.kinds[at];
      if (kind !== undefined && !this.#kinds.has(kb)) this.#kinds.set(kb, kind);
    });
    return this.#value(lists);
  }

  #value<T>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.#values.get(key) as T | undefined;
    if (known !== undefined) return known;
    this.#values.set(key, value);
    return value;
  }

  #openOf(software: ReadonlySet<InstalledSoftware>): readonly ProductFindings[] {
    const open = new Set<ProductFindings>();
    for (const { findings } of software) if (findings.cves.length > 0) open.add(findings);
    let node = this.#combinations;
    for (const each of open) {
      let next = node.next.get(each);
      if (next === undefined) node.next.set(each, (next = { open: [...node.open, each], next: new Map() }));
      node = next;
    }
    return node.open;
  }

  #shared(product: ProductVerdict, open: ProductFindings, isFirst: boolean): InstalledSoftware {
    const { vendor, slug, version, openCves: weaknesses, productId, verdict } = product;
    const isOs = isFirst && slug.startsWith('windows');
    const software = { id: softwareIdOf(product), vendor, slug, version, productId, verdict, isOs, weaknesses };
    return this.#intern(software, open);
  }

  #intern(software: Omit<InstalledSoftware, 'findings'>, open: ProductFindings): InstalledSoftware {
    const findings = this.#sharedFindings(open);
    let known = this.#software.get(findings);
    if (known === undefined) this.#software.set(findings, (known = new Map<string, InstalledSoftware>()));
    const { vendor, slug, version, weaknesses, productId, verdict } = software;
    const key = `${vendor}\n${slug}\n${version ?? '\n'}\n${weaknesses}\n${productId ?? ''}\n${verdict}`;
    let shared = known.get(key);
    if (shared === undefined) known.set(key, (shared = { ...software, findings }));
    return shared;
  }

  #sharedFindings(open: ProductFindings): ProductFindings {
    if (open.cves.length === 0) return noFindings;
    const key = hashOf(open);
    const alike = this.#findings.get(key);
    const known = alike?.find(({ cves, kbs }) => isEqual(cves, open.cves) && isEqual(kbs, open.kbs));
    if (known !== undefined) return known;
    if (alike === undefined) this.#findings.set(key, [open]);
    else alike.push(open);
    return open;
  }
}

function hashOf({ cves, kbs }: ProductFindings): number {
  let hash = cves.length;
  for (const column of [cves, kbs]) {
    for (let index = 0; index < column.length; index += 1) hash = (Math.imul(hash, 31) + (column[index] ?? 0)) | 0;
  }
  return hash;
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
