import type { KbNumber } from '../../terms/kb-number.ts';
import type { LackingUpdate, OpenVulnerability, RuleFinding, RuleInput, UndeterminedProduct } from '../rules/rule.ts';
import { endedServicing } from './end-of-servicing.ts';
import { noPatchEvidence } from './no-patch-evidence.ts';
import { reachedRollup } from './reached-rollup.ts';
import type { ReachedRollup } from './reached-rollup.ts';
import type { ComponentUpdate, RollupLine, RollupObligation } from './rollup-line.ts';

/**
 * Two servicing models share a line: what some rollup's rows name (`rollup`), and what only updates of single components
 * fix (`component`): everything before October 2016, and now and then a fix since.
 */
export type RollupModel = 'rollup' | 'component';

/** Judges what one of the models is answerable for; where the device cannot be judged at all, the rollup's says why. */
export function judgeRollupLine(input: RuleInput, line: RollupLine, model: RollupModel): RuleFinding | undefined {
  const { products, unknown } = presentProducts(line, input);
  const stop = noPatchEvidence(input, 'update');
  if (stop !== undefined)
    return model === 'component'
      ? undefined
      : { products, open: [], lacking: [], undetermined: [stop], standIns: new Map() };
  const judgement = judgementOf(input, line, products);
  const finding = judgement.finding(products, model);
  return model === 'component' ? finding : { ...finding, undetermined: [...finding.undetermined, ...unknown] };
}

/** Both models ask for the same walk along the line: it is gone once per device. */
const judgements = new WeakMap<RuleInput, RollupJudgement>();

function judgementOf(input: RuleInput, line: RollupLine, products: readonly number[]): RollupJudgement {
  let judgement = judgements.get(input);
  if (judgement === undefined) {
    judgement = new RollupJudgement(input, line);
    const present = new Set(products);
    for (const obligation of line.rollupObligations) if (present.has(obligation.product)) judgement.judge(obligation);
    judgements.set(input, judgement);
  }
  return judgement;
}

interface PresentProducts {
  readonly products: readonly number[];
  /** Reported, but not among them. */
  readonly unknown: readonly UndeterminedProduct[];
}

/** Windows, and Internet Explorer of the reported version; Windows 8.1 and Server 2012 R2 have never had another than 11. */
function presentProducts(line: RollupLine, { state, catalogue, os }: RuleInput): PresentProducts {
  const reported = line.windows.core ? '' : (state.internetExplorer ?? '').trim();
  const version = explorerVersion(reported) ?? (line.windows.version.build === 9600 ? '11' : undefined);
  const explorers = line.products.filter(({ part }) => part === 'internet-explorer');
  const own = explorers.find(({ product }) =>
    catalogue.productName(product).startsWith(`Internet Explorer ${version ?? ''} `),
  );
  if (own !== undefined && catalogue.fixesOfProduct(own.product).length > 0)
    return { products: [os.product, own.product], unknown: [] };
  const products = [os.product];
  const [first] = explorers;
  if (reported === '' || first === undefined) return { products, unknown: [] };
  if (version === undefined) {
    const detail = `"${reported}" is no version of Internet Explorer such as 11.0.9600.19597`;
    return {
      products,
      unknown: [{ product: first.product, name: 'Internet Explorer', reason: 'unreadable-version', detail }],
    };
  }
  const name = `Internet Explorer ${version} on ${catalogue.productName(os.product)}`;
  const detail = 'no document names updates for this version on this Windows';
  return { products, unknown: [{ product: first.product, name, reason: 'product-not-covered', detail }] };
}

/** `11.0.9600.19597`, and as the registry writes it, `9.11.9600.19597`. */
function explorerVersion(text: string): string | undefined {
  return /^9\.(1[01])\./.exec(text)?.[1] ?? /^(\d{1,2})\b/.exec(text)?.[1];
}

class RollupJudgement {
  private readonly input: RuleInput;
  private readonly line: RollupLine;
  private readonly level: ReachedRollup;
  private readonly visible: number;
  private readonly open: Readonly<Record<RollupModel, OpenVulnerability[]>> = { rollup: [], component: [] };
  private readonly lackingPlaces: Readonly<Record<RollupModel, Set<number>>> = {
    rollup: new Set(),
    component: new Set(),
  };
  private suspects = 0;
  private readonly lackingUpdates = new Map<KbNumber, ComponentUpdate>();
  private readonly replaced: ReadonlySet<KbNumber>;

  constructor(input: RuleInput, line: RollupLine) {
    this.input = input;
    this.line = line;
    this.level = reachedRollup(line, input.state, input.ubr);
    const { asOf } = input;
    const later = asOf === null ? -1 : line.packages.findIndex(({ releasedOn }) => releasedOn > asOf);
    this.visible = later === -1 ? line.packages.length : later;
    this.replaced = supersededBy(input.installed, line.updates);
  }

  judge(obligation: RollupObligation): void {
    const rollups = obligation.rollups.filter((place) => place < this.visible);
    const updates = obligation.updates.filter(
      ({ releasedOn }) => this.input.asOf === null || releasedOn <= this.input.asOf,
    );
    if (rollups.length === 0 && updates.length === 0) {
      if (obligation.suspect && obligation.rollups.length === 0) this.judgeSuspect(obligation);
      return;
    }
    if (this.closedByRollup(rollups) || this.closedByUpdates(updates) || this.carriedByReached(updates)) return;
    const offered = this.offeredPlaces(rollups);
    if (offered.length > 0) this.opensByPlaces(obligation, offered);
    else this.opensByUpdates(obligation, updates);
  }

  private judgeSuspect({ vulnerability }: RollupObligation): void {
    const { asOf, catalogue } = this.input;
    const releasedOn = catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10);
    const afterTheEnd = releasedOn > (this.line.packages.at(-1)?.releasedOn ?? '');
    const carried = releasedOn <= (this.line.packages[this.level.place]?.releasedOn ?? '');
    if ((asOf === null || releasedOn <= asOf) && !afterTheEnd && !carried) this.suspects += 1;
  }

  /**
   * A rollup carries every one before it; a Security Only update of the same build its own month alone. A preview that is
   * named beside the rollup is an alternative to it.
   */
  private closedByRollup(rollups: readonly number[]): boolean {
    const [offered, previews] = [true, false].map((wanted) =>
      rollups.findLast((place) => this.line.packages[place]?.offered === wanted),
    );
    return [offered, previews].some(
      (needed) => needed !== undefined && (needed <= this.level.place || needed === this.level.monthOnly),
    );
  }

  private offeredPlaces(rollups: readonly number[]): readonly number[] {
    return rollups.filter((place) => place > this.level.place && this.line.packages[place]?.offered === true);
  }

  /** Updates of one kind are parts that are all needed; kinds are alternatives. */
  private closedByUpdates(updates: readonly ComponentUpdate[]): boolean {
    const kinds = new Set(updates.map(({ kind }) => kind));
    return [...kinds].some((kind) => updates.filter((each) => each.kind === kind).every((each) => this.has(each)));
  }

  private has(update: ComponentUpdate): boolean {
    const { installed } = this.input;
    if (installed.has(update.kb) || this.replaced.has(update.kb)) return true;
    const month = this.line.packages[this.level.monthOnly]?.releasedOn;
    if (update.kind === 'security-only' && update.releasedOn === month)
      return update.ubr === undefined || update.ubr <= (this.level.ubr ?? Infinity);
    if (update.kind !== 'ie-cumulative') return false;
    return [...installed].some((kb) => {
      const other = this.line.updates.get(kb);
      return other?.kind === 'ie-cumulative' && other.releasedOn >= update.releasedOn;
    });
  }

  /** Whether the reached rollup carries all updates of one kind, though no rollup's row names the vulnerability. */
  private carriedByReached(updates: readonly ComponentUpdate[]): boolean {
    const reached = this.line.packages[this.level.place];
    if (reached === undefined) return false;
    const kinds = new Set(updates.map(({ kind }) => kind));
    return [...kinds].some((kind) =>
      updates
        .filter((each) => each.kind === kind)
        .every((each) => this.isCarried(each, this.level.place, this.level.ubr)),
    );
  }

  private opensByPlaces(obligation: RollupObligation, places: readonly number[]): void {
    const model = modelOf(obligation);
    for (const place of places) this.lackingPlaces[model].add(place);
    const kbs = places.flatMap((place) => this.line.packages[place]?.kb ?? []);
    this.open[model].push({ vulnerability: obligation.vulnerability, product: obligation.product, kbs });
  }

  private opensByUpdates(obligation: RollupObligation, updates: readonly ComponentUpdate[]): void {
    const { vulnerability, product } = obligation;
    const open = this.open[modelOf(obligation)];
    const recommended = updates.filter(({ kind }) => kind === 'security-update' || kind === 'ie-cumulative');
    const lacking = recommended.filter((each) => !this.has(each));
    for (const each of lacking) this.lackingUpdates.set(each.kb, each);
    if (lacking.length > 0) {
      open.push({ vulnerability, product, kbs: lacking.map(({ kb }) => kb) });
      return;
    }
    // Only a Security Only or another update that is never offered closes it: the next rollup carries the fix.
    const first = updates.map(({ releasedOn }) => releasedOn).sort()[0] ?? '';
    const place = this.line.packages.findIndex(({ offered, releasedOn }) => offered && releasedOn >= first);
    if (place === -1 || place >= this.visible) open.push({ vulnerability, product, kbs: [] });
    else if (place > this.level.place) this.opensByPlaces(obligation, [place]);
  }

  finding(products: readonly number[], model: RollupModel): RuleFinding {
    const { rollup, component } = this.lackingPlaces;
    const last = Math.max(-1, ...rollup, ...component);
    const newest = this.line.packages[last];
    const lacking: LackingUpdate[] = [];
    for (const place of this.lackingPlaces[model]) {
      const kb = this.line.packages[place]?.kb;
      if (kb === undefined) continue;
      const replacedBy = newest === undefined || kb === newest.kb ? null : newest.kb;
      lacking.push({ kb, kind: 'monthly-rollup', ofOs: true, replacedBy });
    }
    const open = this.open[model];
    const named = new Set(open.flatMap(({ kbs }) => kbs));
    for (const update of this.lackingUpdates.values()) {
      if (!named.has(update.kb)) continue;
      const carried = newest !== undefined && this.isCarried(update, last, newest.ubr);
      const replacedBy = carried ? newest.kb : (this.successorOf(update)?.kb ?? null);
      lacking.push({ kb: update.kb, kind: update.kind, ofOs: true, replacedBy });
    }
    const undetermined = model === 'component' ? [] : [...this.undetermined()];
    const nothingOpen = this.open.rollup.length === 0 && this.open.component.length === 0;
    const ended = model === 'rollup' && nothingOpen ? endedServicing(this.input) : undefined;
    if (ended !== undefined) undetermined.push(ended);
    return { products, open, lacking, undetermined, standIns: new Map() };
  }

  /**
   * Whether a rollup carries an update that its own rows do not name: what came before it. Of its own month it carries what
   * is not above its build, the last rollup of a month all of the month's Security Only.
   */
  private isCarried(
    { kind, releasedOn, ubr }: ComponentUpdate,
    place: number,
    reachedUbr: number | undefined,
  ): boolean {
    const rollup = this.line.packages[place];
    if (rollup === undefined || releasedOn !== rollup.releasedOn)
      return rollup !== undefined && releasedOn < rollup.releasedOn;
    const isLast = !this.line.packages.some(
      (other, at) => at > place && other.offered && other.releasedOn === rollup.releasedOn,
    );
    if (isLast && (kind === 'security-only' || kind === 'other')) return true;
    return ubr !== undefined && ubr <= (reachedUbr ?? rollup.ubr ?? -1);
  }

  /** The newest lacking update that holds this one: of Internet Explorer's own line, or by what it supersedes. */
  private successorOf(update: ComponentUpdate): ComponentUpdate | undefined {
    const others = [...this.lackingUpdates.values()].filter(({ kb }) => kb !== update.kb);
    const explorer = others
      .filter(
        ({ kind, releasedOn }) =>
          kind === 'ie-cumulative' && update.kind === 'ie-cumulative' && releasedOn > update.releasedOn,
      )
      .sort((a, b) => (a.releasedOn < b.releasedOn ? 1 : -1))[0];
    return explorer ?? others.find(({ kb }) => supersededBy(new Set([kb]), this.line.updates).has(update.kb));
  }

  private undetermined(): readonly UndeterminedProduct[] {
    const { product } = this.input.os;
    const detail = `${this.suspects} vulnerabilities name only packages of another Windows`;
    const suspect: readonly UndeterminedProduct[] =
      this.suspects === 0 ? [] : [{ product, reason: 'source-suspect', detail }];
    return [...suspect, ...this.belowPublished()];
  }

  private belowPublished(): readonly UndeterminedProduct[] {
    if (!this.level.belowKnown) return [];
    const first = this.line.packages[this.level.place + 1];
    const than =
      first === undefined
        ? 'no build is published for this Windows'
        : `the build is older than KB${first.kb}, the first whose build is published`;
    const detail = `${than}: which of the updates before it are installed only an update list shows`;
    return [{ product: this.input.os.product, reason: 'no-update-list', detail }];
  }
}

function modelOf({ rollups }: RollupObligation): RollupModel {
  return rollups.length > 0 ? 'rollup' : 'component';
}

/** Everything that these updates supersede, themselves or through others of this Windows. Loops and unknown names end a walk. */
function supersededBy(
  from: ReadonlySet<KbNumber>,
  updates: ReadonlyMap<KbNumber, ComponentUpdate>,
): ReadonlySet<KbNumber> {
  const found = new Set<KbNumber>();
  const open = [...from];
  for (let kb = open.pop(); kb !== undefined; kb = open.pop()) {
    for (const older of updates.get(kb)?.supersedes ?? []) {
      if (found.has(older)) continue;
      found.add(older);
      open.push(older);
    }
  }
  return found;
}
