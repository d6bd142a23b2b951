import { tryParseVulnerabilityId } from '../../terms/vulnerability-id.ts';
import { tryParseKbNumber } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { VulnerabilityId } from '../../terms/vulnerability-id.ts';
import type { Remediation } from '../../catalogue/catalogue.ts';
import { explain } from '../../assessment/explain.ts';
import type { Evidence, ExplainSubject } from '../../assessment/evidence.ts';
import type { DeviceRow } from '../../store/store.ts';
import type { ExposureDay } from '../../store/view-store.ts';
import type { Contribution } from '../contribution.ts';
import type { CveRating, CveRatings } from '../cve-ratings.ts';
import type { Scope } from '../scope.ts';
import { productsOfCve, productsOfKb, standingOf } from './applicability.ts';
import type { Standing } from './applicability.ts';
import { exposureTrend, keepExposureDay } from './exposure-days.ts';
import { closedCves } from './closed-cves.ts';
import { rowsOf } from './device-rows.ts';
import type { DeviceListRow } from './device-rows.ts';
import { everyDevice, listDevices } from './list-devices.ts';
import type { DeviceList, DeviceListQuery } from './list-devices.ts';
import { fleetOverview } from './overview.ts';
import type { FleetOverview } from './overview.ts';
import { prepareViews } from './prepare-views.ts';
import { findUpdate, updateRows } from './update-rows.ts';
import type { UpdateDetail, UpdateRow } from './update-rows.ts';
import type { ViewContext } from './view-context.ts';

/** A CVE with how many devices of a scope are open to it. */
export interface CveRow extends CveRating {
  readonly devices: number;
}

/** One product of a Vendor Fix row. */
export interface CveSourceRow extends Omit<Remediation, 'restartRequired'> {
  readonly releaseId: string;
  readonly product: string;
  readonly productId: string;
}

/** What a device was: the newest first, the first of them now. `null`: it was not there, or is not known any more. */
export interface HistoryEntry {
  readonly until: string | null;
  readonly build: string | null;
  readonly coverage: Contribution['coverage'] | null;
  readonly missing: number | null;
  readonly openCves: number | null;
}

/** What people look at: lists and pages over a fleet, counted by patch states. */
export class Views {
  readonly #view: ViewContext;
  #prepared: CveRatings | undefined;

  constructor(view: ViewContext) {
    this.#view = view;
  }

  overview(scope: Scope): FleetOverview {
    return fleetOverview(this.#view, this.#view.context.exposures.of(scope));
  }

  /** By day; the last is today as it stands. */
  trend(scope: Scope, now: Date): Promise<readonly ExposureDay[]> {
    return exposureTrend(this.#view, scope, now);
  }

  /** Makes ready what lists rest on, a few milliseconds at a time; nothing where it is ready. */
  async prepare(isWanted: () => boolean): Promise<void> {
    const ratings = this.#view.ratings();
    if (ratings === this.#prepared) return;
    this.#prepared = ratings;
    await prepareViews(this.#view, () => isWanted() && this.#view.ratings() === ratings);
  }

  /** Called by a server from time to time. */
  keepDay(now: Date): Promise<void> {
    return keepExposureDay(this.#view, now);
  }

  listDevices(scope: Scope, query: DeviceListQuery, now: Date): Promise<DeviceList> {
    return listDevices(this.#view, scope, query, now);
  }

  /** All that match, a piece at a time. */
  everyDevice(
    scope: Scope,
    query: Omit<DeviceListQuery, 'top' | 'skip'>,
    now: Date,
  ): AsyncGenerator<readonly DeviceListRow[]> {
    return everyDevice(this.#view, scope, query, now);
  }

  async deviceRow(scope: Scope, device: DeviceRow, now: Date): Promise<DeviceListRow | undefined> {
    return (await rowsOf(this.#view, scope, [device], now))[0];
  }

  isExploited(state: Contribution): boolean {
    return (this.#view.exploited()?.of(state).size ?? 0) > 0;
  }

  /** How devices in a state stand to an update or CVE; `undefined` for one that no document names. */
  standing(subject: ExplainSubject): ((state: Contribution) => Standing) | undefined {
    const catalogue = this.#view.published;
    if (catalogue === undefined) return undefined;
    if ('kb' in subject) {
      const { kb } = subject;
      if (!catalogue.hasKb(kb)) return undefined;
      const of = productsOfKb(catalogue, kb);
      return (state) => standingOf(state, of, state.missing.includes(kb));
    }
    const { vulnerability } = subject;
    if (catalogue.vulnerabilitiesNamed(vulnerability).length === 0) return undefined;
    const of = productsOfCve(catalogue, vulnerability);
    const number = this.#view.ratings()?.numbers.find(vulnerability);
    return (state) => standingOf(state, of, number !== undefined && state.open.some(({ cves }) => holds(cves, number)));
  }

  /** Devices of the scope by how they stand to it. */
  countStanding(scope: Scope, subject: ExplainSubject): Readonly<Record<Standing, number>> | undefined {
    const standing = this.standing(subject);
    if (standing === undefined) return undefined;
    const counts = { open: 0, clear: 0, undetermined: 0, 'not-applicable': 0 };
    for (const { devices, contribution } of this.#view.context.exposures.of(scope).states().values())
      counts[standing(contribution)] += devices;
    return counts;
  }

  /** By KB number. `all`: those too that no device misses. */
  listUpdates(scope: Scope, all: boolean): Promise<readonly UpdateRow[]> {
    return updateRows(this.#view, scope, all);
  }

  findUpdate(scope: Scope, kb: KbNumber): Promise<UpdateDetail | undefined> {
    return findUpdate(this.#view, scope, kb);
  }

  /** CVEs by id: open on some device of the scope, or all that some document names. */
  listCves(scope: Scope, all: boolean): readonly CveRow[] {
    const ratings = this.#view.ratings();
    if (ratings === undefined) return [];
    const exposure = this.#view.context.exposures.of(scope);
    return exposure.once(all ? everyCve : Views, ratings, () => {
      const devices = exposure.devicesByCve();
      const rows: CveRow[] = [];
      for (let cve = 0; cve < ratings.numbers.size; cve += 1) {
        const affected = devices[cve] ?? 0;
        if (all || affected > 0) rows.push({ ...ratings.of(cve), devices: affected });
      }
      return rows;
    });
  }

  /** Open CVEs that installing the update closes; kept with the exposure. */
  closedBy(scope: Scope, kb: KbNumber): ReadonlySet<string> {
    const ratings = this.#view.ratings();
    if (ratings === undefined) return new Set();
    const exposure = this.#view.context.exposures.of(scope);
    return exposure.once(
      `closed by ${kb}`,
      ratings,
      () => new Set(Array.from(closedCves(exposure, kb), (cve) => ratings.numbers.nameOf(cve))),
    );
  }

  /** Its Vendor Fix rows as published, one for each product, by document and product. */
  rowsOfCve(id: VulnerabilityId): readonly CveSourceRow[] {
    const catalogue = this.#view.published;
    if (catalogue === undefined) return [];
    return Array.from(catalogue.rowsOfVulnerability(id)).flatMap((row): readonly CveSourceRow[] => {
      const fix = catalogue.remediation(catalogue.rowRemediation(row));
      const { kb, description, subType, fixedBuild, url, supersedes } = fix;
      const releaseId = catalogue.vulnerabilityDocument(catalogue.rowVulnerability(row)).id;
      return Array.from(catalogue.rowProducts(row), (index) => {
        const { name: product, id: productId } = catalogue.product(index);
        return { releaseId, product, productId, kb, description, subType, fixedBuild, url, supersedes };
      });
    });
  }

  /** Updates that some document lists for the CVE, in any case. */
  kbsOf(cve: string): readonly KbNumber[] {
    const catalogue = this.#view.published;
    const id = tryParseVulnerabilityId(cve);
    if (catalogue === undefined || id === undefined) return [];
    return Array.from(
      catalogue.rowsOfVulnerability(id),
      (row) => String(catalogue.remediationKb(catalogue.rowRemediation(row))) as KbNumber,
    );
  }

  cveRows(scope: Scope, ids: readonly VulnerabilityId[]): readonly CveRow[] {
    const ratings = this.#view.ratings();
    if (ratings === undefined) return [];
    const devices = this.#view.context.exposures.of(scope).devicesByCve();
    return ids.flatMap((id) => {
      const number = ratings.numbers.find(id);
      return number === undefined ? [] : [{ ...ratings.of(number), devices: devices[number] ?? 0 }];
    });
  }

  /** `undefined` where the engine only counts. */
  why(device: DeviceRow, subject: ExplainSubject): Evidence | undefined {
    const catalogue = this.#view.published;
    if (catalogue === undefined) return undefined;
    const state = this.#view.context.exposures.verdicts.getPatchState(device.patchStateId);
    return explain(state, catalogue, subject, { asOf: null });
  }

  /** As far as changes are kept. */
  async history(device: DeviceRow): Promise<readonly HistoryEntry[]> {
    const { store, exposures } = this.#view.context;
    const of = (patchStateId: string | null, until: string | null): HistoryEntry => {
      const isKnown = patchStateId !== null && store.findPatchState(patchStateId) !== undefined;
      const state = isKnown ? exposures.verdicts.contribution(patchStateId) : undefined;
      return {
        until,
        build: state?.os.build ?? null,
        coverage: state?.coverage ?? null,
        missing: state?.missing.length ?? null,
        openCves: state?.openCves ?? null,
      };
    };
    const former = (await store.views.listFormer(device.tenantId, device.id)).slice(0, mostFormer);
    return [of(device.patchStateId, null), ...former.map(({ patchStateId, until }) => of(patchStateId, until))];
  }
}

const mostFormer = 100;
/** Key of the whole catalogue's CVEs. */
const everyCve = Symbol('every CVE');

function holds(column: Int32Array, value: number): boolean {
  let from = 0;
  let to = column.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((column[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return column[from] === value;
}

/** A KB or CVE as people write it; `undefined` for neither. */
export function parseSubject(text: string): ExplainSubject | undefined {
  const kb = tryParseKbNumber(text);
  if (kb !== undefined) return { kb };
  const vulnerability = tryParseVulnerabilityId(text.trim());
  return vulnerability === undefined ? undefined : { vulnerability };
}
