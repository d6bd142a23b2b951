import type { Assessment, ProductVerdict } from '../assessment/assessment.ts';
import { noFindings } from '../assessment/findings.ts';
import type { ProductFindings } from '../assessment/findings.ts';
import { tryParseWindowsBuild } from '../terms/windows-build.ts';
import type { Contribution, InstalledSoftware } from './contribution.ts';
import { osPlatformOf } from './os-platform.ts';
import { softwareIdOf } from './software-id.ts';

/** A verdict with what is open on each of its products; `undefined` from an engine that only counts. */
export interface JudgedState {
  readonly assessment: Assessment;
  readonly findings: readonly ProductFindings[] | undefined;
  /** What the report calls the operating system. */
  readonly osName: string | null;
}

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

  of({ assessment, findings, osName }: JudgedState): Contribution {
    const { os, coverage, missing, openCves, products } = assessment;
    const software = new Set(
      products.map((product, index) => this.#shared(product, findings?.[index] ?? noFindings, index === 0)),
    );
    return {
      coverage,
      missing: missing.map(({ kb }) => kb),
      osPlatform: osPlatformOf(os.productName ?? osName ?? ''),
      osBuild: tryParseWindowsBuild(os.build ?? '')?.build ?? null,
      openCves: openCves.length,
      open: this.#openOf(software),
      software: [...software],
    };
  }

  /** One that another thread made, with what is equal shared as in those made here. */
  adopt(contribution: Contribution): Contribution {
    const software = new Set(contribution.software.map((each) => this.#intern(each, each.findings)));
    return { ...contribution, open: this.#openOf(software), software: [...software] };
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
    const { vendor, slug, version, openCves: weaknesses } = product;
    const isOs = isFirst && slug.startsWith('windows');
    return this.#intern({ id: softwareIdOf(product), vendor, slug, version, isOs, weaknesses }, open);
  }

  #intern(software: Omit<InstalledSoftware, 'findings'>, open: ProductFindings): InstalledSoftware {
    const findings = this.#sharedFindings(open);
    let known = this.#software.get(findings);
    if (known === undefined) this.#software.set(findings, (known = new Map<string, InstalledSoftware>()));
    const { vendor, slug, version, weaknesses } = software;
    const key = `${vendor}\n${slug}\n${version ?? '\n'}\n${weaknesses}`;
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
