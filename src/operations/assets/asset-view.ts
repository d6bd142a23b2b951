import { LRUCache } from 'lru-cache';
import type { AssessedOs } from '../../assessment/assessment.ts';
import type { ProductFindings } from '../../assessment/findings.ts';
import { slugOfProduct } from '../../assessment/slug-of-product.ts';
import { updateName } from '../../assessment/update-name.ts';
import { catalogueSearchUrl } from '../../catalogue/catalogue-search-url.ts';
import type { PatchState } from '../../inventory/patch-state.ts';
import { parseKbNumber } from '../../terms/kb-number.ts';
import type { Contribution, InstalledSoftware } from '../contribution.ts';
import type { CveRating, CveRatings } from '../cve-ratings.ts';
import type { Log } from '../log.ts';
import type { Verdicts } from '../verdicts.ts';

/** What all devices in one patch state say of themselves under one catalogue. */
export interface StateAssets {
  /** `Windows10` … */
  readonly osPlatform: string | null;
  readonly os: Pick<AssessedOs, 'build' | 'architecture'>;
  /** What the report says of it; `null` where the state is lost. */
  readonly reported: PatchState['os'] | null;
  /** Each vendor, slug and version once. */
  readonly software: readonly SoftwareAsset[];
}

/** A product in one version, with all that is open in it on such a device. */
export interface SoftwareAsset extends Pick<InstalledSoftware, 'vendor' | 'slug' | 'version' | 'isOs'> {
  /** How many CVEs are open in it. */
  readonly weaknesses: number;
  /** By name; empty where the engine only counts. */
  readonly open: readonly OpenCve[];
}

export interface OpenCve {
  readonly rating: CveRating;
  /** What Microsoft lists against it on this product; `null`: nothing. */
  readonly fix: CveFix | null;
}

export interface CveFix {
  /** Title of the document that releases the update, else what the document calls the fix: `Release Notes`. */
  readonly name: string | null;
  /** Digits; `null` for a fix that is no update with a number. */
  readonly kb: string | null;
  readonly url: string | null;
}

/** States and lists of CVEs that are kept at once, some ten to hundred KB each. */
const mostStates = 200;
const nothingKnown: StateAssets = {
  osPlatform: null,
  os: { build: null, architecture: null },
  reported: null,
  software: [],
};

/** What the verdicts of one engine say of devices, as lists of assets tell it. */
export class AssetView {
  readonly verdicts: Verdicts;
  readonly #ratings: CveRatings | undefined;
  readonly #log: Log;
  readonly #states = new LRUCache<string, StateAssets>({ max: mostStates });
  readonly #open = new LRUCache<ProductFindings, Map<string, readonly OpenCve[]>>({ max: mostStates });
  readonly #fixes = new Map<string, CveFix | null>();

  /** `ratings`: of the engine's catalogue; none where it only counts. */
  constructor(verdicts: Verdicts, ratings: CveRatings | undefined, log: Log) {
    this.verdicts = verdicts;
    this.#ratings = ratings;
    this.#log = log;
  }

  /** A state that cannot be judged has nothing to tell; it is logged. */
  of(patchStateId: string): StateAssets {
    let state = this.#states.get(patchStateId);
    if (state === undefined) {
      state = this.#read(patchStateId);
      this.#states.set(patchStateId, state);
    }
    return state;
  }

  #read(patchStateId: string): StateAssets {
    try {
      const contribution = this.verdicts.contribution(patchStateId);
      const state = this.verdicts.getPatchState(patchStateId);
      const os = this.verdicts.osFor(patchStateId, () => state);
      return { osPlatform: contribution.osPlatform, os, reported: state.os, software: this.#softwareOf(contribution) };
    } catch (error) {
      this.#log.warn({ patchStateId, err: error }, 'patch state set aside: it could not be assessed');
      return nothingKnown;
    }
  }

  #softwareOf({ software }: Contribution): readonly SoftwareAsset[] {
    const alike = Map.groupBy(software, ({ vendor, slug, version }) => JSON.stringify([vendor, slug, version]));
    return [...alike.values()].flatMap((installs) => {
      const [first] = installs;
      if (first === undefined) return [];
      const { vendor, slug, version } = first;
      const open = this.#openIn(installs);
      const weaknesses = Math.max(open.length, ...installs.map((each) => each.weaknesses));
      return [{ vendor, slug, version, isOs: installs.some(({ isOs }) => isOs), weaknesses, open }];
    });
  }

  #openIn(installs: readonly InstalledSoftware[]): readonly OpenCve[] {
    const [first, ...others] = installs;
    if (first === undefined) return [];
    if (others.length === 0) return this.#openOf(first);
    const byCve = new Map<string, OpenCve>();
    for (const each of installs.flatMap((install) => this.#openOf(install))) {
      const known = byCve.get(each.rating.id);
      if (known === undefined || (known.fix?.kb ?? null) === null) byCve.set(each.rating.id, each);
    }
    return [...byCve.values()].sort((a, b) => (a.rating.id < b.rating.id ? -1 : 1));
  }

  /** Devices share lists of CVEs, whatever the version of the software. */
  #openOf({ findings, slug }: InstalledSoftware): readonly OpenCve[] {
    const ratings = this.#ratings;
    if (ratings === undefined || findings.cves.length === 0) return [];
    const bySlug = this.#open.get(findings) ?? new Map<string, readonly OpenCve[]>();
    this.#open.set(findings, bySlug);
    let open = bySlug.get(slug);
    if (open === undefined) {
      open = Array.from(findings.cves, (cve, place) => {
        const rating = ratings.of(cve);
        return { rating, fix: this.#fix(rating, findings.kbs[place] ?? 0, slug) };
      });
      bySlug.set(slug, open);
    }
    return open;
  }

  #fix(rating: CveRating, kb: number, slug: string): CveFix | null {
    const key = kb === 0 ? `${rating.id} ${slug}` : String(kb);
    let fix = this.#fixes.get(key);
    if (fix === undefined) {
      fix = kb === 0 ? this.#fixWithoutKb(rating, slug) : this.#fixByKb(kb);
      this.#fixes.set(key, fix);
    }
    return fix;
  }

  #fixByKb(kb: number): CveFix {
    const { published } = this.verdicts.engine;
    const number = parseKbNumber(String(kb));
    const name = published === undefined ? undefined : updateName(published, number);
    return { name: name ?? null, kb: String(kb), url: catalogueSearchUrl(number) };
  }

  /** What a document offers for the product instead: Click to Run, release notes. */
  #fixWithoutKb({ id }: CveRating, slug: string): CveFix | null {
    const { published } = this.verdicts.engine;
    if (published === undefined) return null;
    for (const row of published.rowsOfVulnerability(id)) {
      const { kb, description, url } = published.remediation(published.rowRemediation(row));
      const isOfProduct = (product: number): boolean => slugOfProduct(published, product).slug === slug;
      if (kb === null && published.rowProducts(row).some(isOfProduct))
        return { name: description === '' ? null : description, kb: null, url: url === '' ? null : url };
    }
    return null;
  }
}
