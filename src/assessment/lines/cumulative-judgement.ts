import type { KbNumber } from '../../terms/kb-number.ts';
import type { LackingUpdate, OpenVulnerability, RuleFinding, RuleInput, UndeterminedProduct } from '../rules/rule.ts';
import type { Hotpatch, LinePackage, Obligation, SidePackage } from './cumulative-line.ts';
import { endedServicing } from './end-of-servicing.ts';
import { compareReleases } from './release-order.ts';
import { noPatchEvidence } from './no-patch-evidence.ts';
import { speakingKbs } from './reached-level.ts';
import type { ServicingTrack } from './hotpatch-track.ts';

/** Judges the device along its line of cumulative updates, the way its track goes. */
export function judgeCumulativeLine(input: RuleInput, track: ServicingTrack): RuleFinding {
  const products = presentProducts(input);
  const stop = noPatchEvidence(input, 'cumulative update');
  if (stop !== undefined) return { products, open: [], lacking: [], undetermined: [stop], standIns: new Map() };
  const judgement = new LineJudgement(input, products, { track, offersHotpatches: track === 'hotpatch' });
  judgement.run();
  if (!judgement.leavesTrack()) return judgement.finding(input.os.product);
  const offTrack = new LineJudgement(input, products, { track, offersHotpatches: false });
  offTrack.run();
  return offTrack.finding(input.os.product);
}

interface Servicing {
  /** What the device has taken so far: on the hotpatch track a hotpatch's build is evidence. */
  readonly track: ServicingTrack;
  /** Whether hotpatches are what it is told to take. */
  readonly offersHotpatches: boolean;
}

/** Edge at version 79 or above has taken the place of the EdgeHTML browser. */
function presentProducts({ line, state }: RuleInput): readonly number[] {
  const replaced = state.software.some(
    ({ name, version }) => /^microsoft edge$/i.test(name.trim()) && Number.parseInt(version ?? '', 10) >= 79,
  );
  return line.products.filter(({ part }) => !(part === 'edge' && replaced)).map(({ product }) => product);
}

class LineJudgement {
  private readonly input: RuleInput;
  private readonly present: ReadonlySet<number>;
  private readonly visible: number;
  private readonly servicing: Servicing;
  private readonly open: OpenVulnerability[] = [];
  private readonly lackingPlaces = new Set<number>();
  private readonly lackingHotpatches = new Map<KbNumber, Hotpatch>();
  private readonly lackingSide = new Map<KbNumber, SidePackage>();
  private readonly unlisted = new Set<KbNumber>();
  private suspects = 0;

  constructor(input: RuleInput, products: readonly number[], servicing: Servicing) {
    this.input = input;
    this.present = new Set(products);
    this.servicing = servicing;
    const { packages } = input.line;
    const { asOf } = input;
    const later = asOf === null ? -1 : packages.findIndex(({ releasedOn }) => releasedOn > asOf);
    this.visible = later === -1 ? packages.length : later;
  }

  run(): void {
    const { obligations, withoutPackage } = this.input.line;
    const { place } = this.input.level;
    for (let index = obligations.length - 1; index >= 0; index -= 1) {
      const obligation = obligations[index];
      if (obligation === undefined) continue;
      // They stand by the last package that closes them: from here on all are closed, but for those that none closes.
      if (index >= withoutPackage && (obligation.packages.at(-1) ?? -1) <= place) {
        index = withoutPackage;
        continue;
      }
      if (this.present.has(obligation.product)) this.judge(obligation);
    }
  }

  private judge(obligation: Obligation): void {
    const { packages, hotpatches, sidePackages, suspect } = obligation;
    const needed = this.neededPlace(obligation);
    if (needed !== -1) {
      if (needed <= this.input.level.place) return;
      if (
        hotpatches.some((each) => this.coversByHotpatch(each)) ||
        sidePackages.some((kb) => this.input.installed.has(kb))
      )
        return;
      if (this.opensByHotpatch(obligation)) return;
      this.opens(
        obligation,
        packages.filter((place) => place > this.input.level.place && place <= needed),
      );
    } else if (packages.length > 0) {
      // All of the cumulative updates came after the as-of date; a hotpatch may have come before.
      if (hotpatches.length > 0) this.judgeByStandIn(obligation, datesOf(hotpatches));
    } else if (suspect) this.judgeSuspect(obligation);
    else if (sidePackages.length > 0) this.judgeSidePackages(obligation);
    else this.judgeByStandIn(obligation, datesOf(hotpatches));
  }

  /** The last package of the alternative that is reached first; -1 where all came after the as-of date. */
  private neededPlace({ packages, alternatives }: Obligation): number {
    if (alternatives.length === 0) return this.lastVisible(packages);
    const lasts = alternatives.map((places) => this.lastVisible(places)).filter((place) => place !== -1);
    return lasts.length === 0 ? -1 : Math.min(...lasts);
  }

  private lastVisible(packages: readonly number[]): number {
    for (let index = packages.length - 1; index >= 0; index -= 1) {
      const place = packages[index] ?? -1;
      if (place < this.visible) return place;
    }
    return -1;
  }

  /** Off the hotpatch track its build proves nothing: a preview between hotpatch and LCU holds none of the month's fixes. */
  private coversByHotpatch({ kb, ubr, releasedOn }: Hotpatch): boolean {
    const { asOf, installed, level, state } = this.input;
    if (asOf !== null && releasedOn > asOf) return false;
    if (installed.has(kb) && speakingKbs(state, level.ubr).includes(kb)) return true;
    return this.servicing.track === 'hotpatch' && ubr !== undefined && level.ubr !== undefined && ubr <= level.ubr;
  }

  /** On the hotpatch track the month's hotpatch is the one to install, where it has the fix. */
  private opensByHotpatch({ vulnerability, product, hotpatches }: Obligation): boolean {
    if (!this.servicing.offersHotpatches) return false;
    const { asOf } = this.input;
    const offered = hotpatches.filter(({ releasedOn }) => asOf === null || releasedOn <= asOf);
    if (offered.length === 0) return false;
    for (const each of offered) this.lackingHotpatches.set(each.kb, each);
    this.open.push({ vulnerability, product, kbs: offered.map(({ kb }) => kb) });
    return true;
  }

  private opens({ vulnerability, product }: Obligation, places: readonly number[]): void {
    const { packages } = this.input.line;
    const offered = places.filter((place) => packages[place]?.offered === true);
    const last = places.at(-1) ?? -1;
    const chosen = offered.length > 0 ? offered : [this.nextOffered(last)];
    const kbs: KbNumber[] = [];
    for (const place of chosen) {
      const each = packages[place];
      if (each === undefined) continue;
      this.lackingPlaces.add(place);
      kbs.push(each.kb);
    }
    this.open.push({ vulnerability, product, kbs });
  }

  private nextOffered(from: number): number {
    const { packages } = this.input.line;
    return packages.findIndex(({ offered }, place) => offered && place >= from && place < this.visible);
  }

  /** Only a hotpatch or another package that is never offered closes it: the next cumulative update carries the fix. */
  private judgeByStandIn(obligation: Obligation, dates: readonly string[]): void {
    const first = [...dates].sort()[0] ?? '';
    const { line, asOf, level } = this.input;
    if (asOf !== null && first > asOf) return;
    if (obligation.hotpatches.some((each) => this.coversByHotpatch(each)) || this.opensByHotpatch(obligation)) return;
    const place = line.packages.findIndex(({ offered, releasedOn }) => offered && releasedOn >= first);
    if (place !== -1 && place <= level.place) return;
    if (place === -1 || place >= this.visible)
      this.open.push({ vulnerability: obligation.vulnerability, product: obligation.product, kbs: [] });
    else this.opens(obligation, [place]);
  }

  private judgeSuspect({ vulnerability }: Obligation): void {
    const { catalogue, asOf, line } = this.input;
    const releasedOn = catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10);
    const afterTheEnd = releasedOn > (line.packages.at(-1)?.releasedOn ?? '');
    const carried = releasedOn <= (line.packages[this.input.level.place]?.releasedOn ?? '');
    if ((asOf === null || releasedOn <= asOf) && !afterTheEnd && !carried) this.suspects += 1;
  }

  private judgeSidePackages(obligation: Obligation): void {
    const { line, asOf, state } = this.input;
    const packages = obligation.sidePackages.flatMap((kb) => line.sidePackages.get(kb) ?? []);
    const visible = packages.filter(({ releasedOn }) => asOf === null || releasedOn <= asOf);
    if (visible.length === 0) return;
    const offered = visible.filter((each) => each.offered);
    if (offered.length === 0) {
      if (!visible.some(({ kb }) => this.input.installed.has(kb)))
        this.judgeByStandIn(
          obligation,
          visible.map(({ releasedOn }) => releasedOn),
        );
      return;
    }
    const lacking = offered.filter((each) => !this.coversSide(each));
    for (const each of lacking) {
      if (each.shownInLists && state.updateList !== 'none') this.lackingSide.set(each.kb, each);
      else this.unlisted.add(each.kb);
    }
    const listed = lacking.filter(({ kb }) => this.lackingSide.has(kb));
    if (listed.length > 0) {
      this.open.push({
        vulnerability: obligation.vulnerability,
        product: obligation.product,
        kbs: listed.map(({ kb }) => kb),
      });
    }
  }

  /** Installed, replaced by an installed one, or below the UBR by MSRC's own (weak) statement. */
  private coversSide(side: SidePackage): boolean {
    const { installed, line, level } = this.input;
    if (installed.has(side.kb)) return true;
    if (side.ubr !== undefined && level.ubr !== undefined && side.ubr <= level.ubr) return true;
    return [...line.sidePackages.values()].some(
      (other) => installed.has(other.kb) && replaces(other, side.kb, line.sidePackages),
    );
  }

  /**
   * Whether a lacking cumulative update of a month that has a hotpatch, needed for what the hotpatch does not fix, comes
   * before a lacking hotpatch: that one cannot follow it, since only a baseline leads back to hotpatches.
   */
  leavesTrack(): boolean {
    const { packages, hotpatches } = this.input.line;
    const months = new Set(datesOf(hotpatches));
    const last = [...this.lackingHotpatches.values()].sort(byRelease).at(-1)?.releasedOn ?? '';
    return [...this.lackingPlaces].some((place) => {
      const { releasedOn = '' } = packages[place] ?? {};
      return months.has(releasedOn) && releasedOn < last;
    });
  }

  finding(os: number): RuleFinding {
    const { line, asOf } = this.input;
    const places = [...this.lackingPlaces].sort((a, b) => a - b);
    const newest = line.packages[places.at(-1) ?? -1]?.kb ?? null;
    const lacking: LackingUpdate[] = [];
    for (const place of places) {
      const kb = line.packages[place]?.kb;
      if (kb !== undefined) lacking.push({ kb, kind: 'lcu', ofOs: true, replacedBy: kb === newest ? null : newest });
    }
    lacking.push(...this.lackingOfHotpatches(line.packages[places.at(-1) ?? -1]));
    for (const side of this.lackingSide.values()) {
      const successor = [...this.lackingSide.values()].find(
        (other) => other.kb !== side.kb && replaces(other, side.kb, line.sidePackages),
      );
      lacking.push({ kb: side.kb, kind: 'side-package', ofOs: true, replacedBy: successor?.kb ?? null });
    }
    const undetermined: UndeterminedProduct[] = [];
    if (this.unlisted.size > 0) {
      const names = [...this.unlisted].sort().map((kb) => `KB${kb}`);
      const detail = `${names.join(', ')}: outside the cumulative update, and no update list shows whether it is installed`;
      undetermined.push({ product: os, reason: 'no-update-list', detail, kbs: [...this.unlisted] });
    }
    if (this.suspects > 0) {
      const detail = `${this.suspects} vulnerabilities${asOf === null ? '' : ` up to ${asOf}`} name only packages of another Windows`;
      undetermined.push({ product: os, reason: 'source-suspect', detail });
    }
    if (this.lackingPlaces.size === 0 && this.lackingHotpatches.size === 0) {
      const ended = endedServicing(this.input);
      if (ended !== undefined) undetermined.push(ended);
    }
    return { products: [...this.present], open: this.open, lacking, undetermined, standIns: line.standIns };
  }

  /** A hotpatch holds those since its baseline; a cumulative update of its month or a later one holds it. */
  private lackingOfHotpatches(newest: LinePackage | undefined): readonly LackingUpdate[] {
    const hotpatches = [...this.lackingHotpatches.values()].sort(byRelease);
    const last = hotpatches.at(-1);
    return hotpatches.map((each): LackingUpdate => {
      const byCumulative = newest !== undefined && newest.releasedOn >= each.releasedOn ? newest.kb : null;
      const byHotpatch = last === undefined || last.kb === each.kb ? null : last.kb;
      return { kb: each.kb, kind: 'hotpatch', ofOs: true, replacedBy: byCumulative ?? byHotpatch };
    });
  }
}

function datesOf(hotpatches: readonly Hotpatch[]): readonly string[] {
  return hotpatches.map(({ releasedOn }) => releasedOn);
}

/** Oldest first; of one month by the build. */
function byRelease(a: Hotpatch, b: Hotpatch): number {
  return compareReleases(a, b, (left, right) => (left.ubr ?? 0) - (right.ubr ?? 0));
}

/** Whether `by` supersedes `kb`, itself or through other side packages. */
function replaces(by: SidePackage, kb: KbNumber, all: ReadonlyMap<KbNumber, SidePackage>): boolean {
  const seen = new Set<KbNumber>([by.kb]);
  const open = [by];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    for (const older of each.supersedes) {
      if (older === kb) return true;
      const next = all.get(older);
      if (next !== undefined && !seen.has(older)) {
        seen.add(older);
        open.push(next);
      }
    }
  }
  return false;
}
