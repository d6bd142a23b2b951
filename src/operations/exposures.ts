import type { Coverage } from '../assessment/assessment.ts';
import type { Store } from '../store/store.ts';
import { noContribution, type Contribution } from './contribution.ts';
import type { Engine } from './engine.ts';
import { ExposureOfGroups, type Contribute } from './exposure-of-groups.ts';
import { catalogueElsewhere, fewestForThreads, judgeAhead, judgeApart } from './judging/judge-ahead.ts';
import type { JudgingOptions } from './judging/judge-ahead.ts';
import type { KeptVerdicts } from './judging/kept-verdicts.ts';
import type { Log } from './log.ts';
import type { Scope } from './scope.ts';
import type { TenantExposure } from './tenant-exposure.ts';
import { Turn } from './turn.ts';
import { Verdicts } from './verdicts.ts';

/** Other work has its turn after so long. */
const turnMs = 4;

/** States that bulk imports brought are judged once nothing was written for so long, or when a count is asked for. */
const quietMs = 250;

/** Verdicts are kept for the next start so long after states were judged, at most once in this time. */
const keepAfterMs = 30_000;

/** What one tenant's devices come to. */
export interface FleetFigures {
  readonly tenantId: string;
  readonly coverage: Readonly<Record<Coverage, number>>;
  /** Distinct patch states that devices stand in. */
  readonly states: number;
  /** Those that are not judged yet. */
  readonly waitingStates: number;
}

/** By how many the devices of a group in a patch state grew, or shrank where negative. */
interface CountDifference {
  readonly tenantId: string;
  readonly deviceGroup: string;
  readonly patchStateId: string;
  readonly devices: number;
}

/** What was counted by an engine before another took its place. Nobody changes it any more. */
export interface FormerExposure {
  readonly engine: Engine;
  readonly tenants: ReadonlyMap<string, ExposureOfGroups>;
  /** By that engine, and by the one that took its place; both never throw. */
  readonly contribute: Contribute;
  readonly contributeNow: Contribute;
  readonly judgedMs: number;
}

export interface ExposuresOptions {
  readonly log: Log;
  /** Without it every start judges anew. */
  readonly kept?: KeptVerdicts;
  /** Called before threads judge: they take memory, and whoever has some to spare gives it back. */
  readonly beforeThreads?: () => void;
}

/**
 * The exposure of every tenant under the engine in use. Built at the first question (a command that never asks does not
 * pay for it), then kept in step: with each commit of this process at once, with other processes' by `follow`.
 */
export class Exposures {
  readonly #store: Store;
  readonly #log: Log;
  readonly #versions = new Map<string, number>();
  #verdicts: Verdicts;
  #tenants: Map<string, ExposureOfGroups> | undefined;
  #epoch = 1;
  #lastStep: Promise<void> = Promise.resolve();
  #quiet: NodeJS.Timeout | undefined;
  readonly #stop = new AbortController();
  #judgingApart: Promise<unknown> | undefined;
  readonly #kept: KeptVerdicts | undefined;
  readonly #beforeThreads: (() => void) | undefined;
  #keeping: NodeJS.Timeout | undefined;
  #lastKept: { readonly engine: Engine; readonly ids: ReadonlySet<string> } | undefined;
  #isServing = false;
  /** Tenants that were deleted: what was under way then still changes their counts. */
  readonly #gone = new Set<string>();
  /** States that came since the engine is in use, the newest last. */
  readonly #arrived = new Set<string>();

  constructor(store: Store, engine: Engine, { log, kept, beforeThreads }: ExposuresOptions) {
    this.#store = store;
    this.#kept = kept;
    this.#beforeThreads = beforeThreads;
    this.#log = log;
    this.#verdicts = new Verdicts(engine, store);
    store.onCountsChanged((changes) => this.#take(changes));
  }

  get verdicts(): Verdicts {
    return this.#verdicts;
  }

  of({ tenant, groups }: Scope): TenantExposure {
    return this.#settled(tenant.id).of(groups);
  }

  /** By group, `''` for devices in none. */
  byGroup(tenantId: string): ReadonlyMap<string, TenantExposure> {
    return this.#settled(tenantId).groups();
  }

  /** Judges what `of` would judge now, but a few milliseconds at a time; only what comes in meanwhile may be left. */
  async settle(tenantId: string): Promise<void> {
    // One such work at a time: whoever comes meanwhile waits for it, and for what came in meanwhile.
    while (this.#judgingApart !== undefined) await this.#judgingApart;
    const waiting = (this.#tenants?.get(tenantId)?.waiting() ?? []).filter((id) => !this.#verdicts.has(id));
    if (waiting.length >= fewestForThreads) {
      const apart = judgeApart(this.#verdicts, waiting, this.#judging()).finally(
        () => (this.#judgingApart = undefined),
      );
      this.#judgingApart = apart;
      await apart;
    }
    const turn = new Turn(turnMs);
    if (waiting.length > 0) this.#keepSoon();
    for (;;) {
      const exposure = this.#tenants?.get(tenantId);
      if (
        exposure === undefined ||
        this.#stop.signal.aborted ||
        !exposure.settleOne(this.#contributeBy(this.#verdicts))
      )
        return;
      if (turn.isOver) await turn.pass();
    }
  }

  /** Whether a count can be had without judging. */
  isSettled(tenantId: string): boolean {
    return this.#tenants?.get(tenantId)?.isSettled ?? true;
  }

  /** Keeps what was judged for the next start. */
  close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#quiet);
    clearTimeout(this.#keeping);
    return this.#keep();
  }

  /** What is counted now, without judging anything for it: states that wait are told apart. */
  figures(): readonly FleetFigures[] {
    return [...(this.#tenants ?? [])].map(([tenantId, exposure]) => {
      const all = exposure.of(null);
      return {
        tenantId,
        coverage: {
          assessed: all.countCovered('assessed'),
          'partly-assessed': all.countCovered('partly-assessed'),
          'not-assessed': all.countCovered('not-assessed'),
        },
        states: all.states().size,
        waitingStates: exposure.waiting().length,
      };
    });
  }

  /** Grows with each change; says nothing beyond this process. */
  version(tenantId: string): number {
    return this.#epoch + (this.#versions.get(tenantId) ?? 0);
  }

  /** Builds the exposure in many small steps, so that a server that starts up answers meanwhile. */
  warmUp(): Promise<void> {
    this.#isServing = true;
    return this.#inOrder(async () => {
      if (this.#tenants !== undefined) return;
      const contribute = await this.#prepare(this.#verdicts, this.#statesInUse());
      if (this.#stop.signal.aborted) return;
      this.#tenants ??= this.#build(contribute);
    });
  }

  /**
   * Judges every state in use by `engine`, and only then lets it answer, for all at once. What answered until then stays as it stood at
   * that moment; `undefined` where nothing was counted so far.
   */
  useEngine(engine: Engine): Promise<FormerExposure | undefined> {
    return this.#inOrder(async () => {
      const began = performance.now();
      const verdicts = new Verdicts(engine, this.#store);
      const wasBuilt = this.#tenants !== undefined;
      const contribute = await this.#prepare(verdicts, wasBuilt ? this.#statesInUse() : new Set());
      if (this.#stop.signal.aborted) return undefined;
      const former = this.#tenants;
      const next = former === undefined ? undefined : this.#build(contribute);
      const { engine: formerEngine } = this.#verdicts;
      const formerContribute = this.#contributeBy(this.#verdicts);
      this.#verdicts = verdicts;
      this.#tenants = next;
      this.#epoch += 1;
      this.#arrived.clear();
      if (former === undefined) return undefined;
      return {
        engine: formerEngine,
        tenants: former,
        contribute: formerContribute,
        contributeNow: this.#contributeBy(verdicts),
        judgedMs: Math.round(performance.now() - began),
      };
    });
  }

  /** What would be counted now if `engine` had been in use until now. */
  judgeBy(engine: Engine): Promise<FormerExposure | undefined> {
    return this.#inOrder(async () => {
      const began = performance.now();
      const contribute = await this.#prepare(new Verdicts(engine, this.#store), this.#statesInUse());
      if (this.#stop.signal.aborted) return undefined;
      return {
        engine,
        tenants: this.#build(contribute),
        contribute,
        contributeNow: this.#contributeBy(this.#verdicts),
        judgedMs: Math.round(performance.now() - began),
      };
    });
  }

  /** The tenant is gone. */
  forget(tenantId: string): void {
    this.#gone.add(tenantId);
    this.#tenants?.delete(tenantId);
    this.#versions.delete(tenantId);
    // What its devices had installed must not stay in a file.
    this.#kept?.drop();
    this.#lastKept = undefined;
    this.#keepSoon();
  }

  /** Takes over what other processes committed. */
  follow(): Promise<void> {
    return this.#inOrder(async () => {
      const tenants = this.#tenants;
      if (tenants === undefined) {
        this.#epoch += 1;
        return;
      }
      const counted = new Set([...tenants.values()].flatMap((exposure) => exposure.devices().map(([, id]) => id)));
      // Without what was kept: that is of the states counted long since, and this comes many times a second.
      const contribute = await this.#prepare(this.#verdicts, this.#statesInUse().difference(counted), {
        kept: undefined,
      });
      if (this.#stop.signal.aborted) return;
      this.#apply(this.#differences(tenants), contribute);
    });
  }

  /** With every verdict made that was put off. */
  #settled(tenantId: string): ExposureOfGroups {
    const contribute = this.#contributeBy(this.#verdicts);
    this.#tenants ??= this.#build(contribute);
    const exposure = exposureIn(this.#tenants, tenantId);
    while (exposure.settleOne(contribute));
    return exposure;
  }

  /** One step after another: each reads the counts and then waits. */
  #inOrder<Result>(step: () => Promise<Result>): Promise<Result> {
    const done = this.#lastStep.then(step);
    this.#lastStep = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** Those that came under the engine in use first, the newest in front, then those that most devices stand in. */
  #statesInUse(): Set<string> {
    const devices = new Map<string, number>();
    for (const count of this.#store.listCounts())
      devices.set(count.patchStateId, (devices.get(count.patchStateId) ?? 0) + count.devices);
    const newest = [...this.#arrived].reverse().filter((id) => devices.has(id));
    return new Set([...newest, ...[...devices].sort(([, a], [, b]) => b - a).map(([id]) => id)]);
  }

  /** Whether a state is new to its tenant is asked before it is counted. */
  #noteArrival({ tenantId, patchStateId, devices }: CountDifference): void {
    if (devices <= 0 || this.#tenants?.get(tenantId)?.has(patchStateId) === true) return;
    this.#arrived.delete(patchStateId);
    this.#arrived.add(patchStateId);
  }

  /** Judges `patchStateIds` ahead; what comes in meanwhile is judged when it is asked for. */
  async #prepare(
    verdicts: Verdicts,
    patchStateIds: ReadonlySet<string>,
    { kept }: { readonly kept: KeptVerdicts | undefined } = { kept: this.#kept },
  ): Promise<Contribute> {
    const contribute = this.#contributeBy(verdicts);
    const prepared = await judgeAhead(verdicts, patchStateIds, { ...this.#judging(), kept, contribute });
    this.#keepSoon();
    return (id) => prepared.get(id) ?? contribute(id);
  }

  #judging(): JudgingOptions {
    return { store: this.#store, signal: this.#stop.signal, beforeThreads: this.#beforeThreads };
  }

  #keepSoon(): void {
    this.#keeping ??= setTimeout(() => {
      this.#keeping = undefined;
      void this.#keep();
    }, keepAfterMs).unref();
  }

  /** Of a server alone: a command would write for nothing. */
  async #keep(): Promise<void> {
    const { engine } = this.#verdicts;
    if (this.#tenants === undefined || !this.#isServing || catalogueElsewhere(this.#verdicts) === undefined) return;
    const verdicts = new Map<string, Contribution>();
    for (const exposure of this.#tenants.values())
      for (const [id, { contribution }] of exposure.of(null).states())
        if (contribution !== noContribution) verdicts.set(id, contribution);
    const last = this.#lastKept;
    if (last?.engine === engine && last.ids.size === verdicts.size && last.ids.isSubsetOf(verdicts)) return;
    this.#lastKept = { engine, ids: new Set(verdicts.keys()) };
    await this.#kept?.write(engine.catalogue.id, verdicts);
  }

  #build(contribute: Contribute): Map<string, ExposureOfGroups> {
    const tenants = new Map<string, ExposureOfGroups>();
    for (const count of this.#store.listCounts()) {
      if (count.devices > 0 && !this.#gone.has(count.tenantId))
        exposureIn(tenants, count.tenantId).change(count.deviceGroup, count, contribute);
    }
    return tenants;
  }

  #apply(changes: readonly CountDifference[], contribute: Contribute): void {
    for (const change of changes) {
      const { tenantId, deviceGroup } = change;
      this.#noteArrival(change);
      if (this.#tenants !== undefined) exposureIn(this.#tenants, tenantId).change(deviceGroup, change, contribute);
      this.#noteChange(tenantId);
    }
  }

  #noteChange(tenantId: string): void {
    this.#versions.set(tenantId, (this.#versions.get(tenantId) ?? 0) + 1);
  }

  /** What this process committed: a single report was just judged for its answer, a bulk import's states wait. */
  #take(changes: readonly CountDifference[]): void {
    const contribute = this.#contributeBy(this.#verdicts);
    let hasWaiting = false;
    for (const change of changes) {
      const { tenantId, deviceGroup, patchStateId } = change;
      this.#noteChange(tenantId);
      if (this.#tenants === undefined || this.#gone.has(tenantId)) continue;
      this.#noteArrival(change);
      const exposure = exposureIn(this.#tenants, tenantId);
      // It went before this process heard that another had brought it: `follow` takes over both.
      if (exposure.devicesIn(deviceGroup, patchStateId) + change.devices < 0) continue;
      exposure.change(deviceGroup, change, this.#verdicts.has(patchStateId) ? contribute : undefined);
      hasWaiting ||= !exposure.isSettled;
    }
    if (hasWaiting) this.#settleWhenQuiet();
  }

  #settleWhenQuiet(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      for (const tenantId of this.#tenants?.keys() ?? []) void this.settle(tenantId);
    }, quietMs).unref();
  }

  /** What the counts as kept have more or less than those in memory. */
  #differences(tenants: ReadonlyMap<string, ExposureOfGroups>): readonly CountDifference[] {
    const differences = new Map<string, CountDifference>();
    const add = (difference: CountDifference): void => {
      const key = `${difference.tenantId} ${difference.patchStateId} ${difference.deviceGroup}`;
      const known = differences.get(key)?.devices ?? 0;
      differences.set(key, { ...difference, devices: known + difference.devices });
    };
    // Below zero where the database holds what this process has not heard of.
    for (const count of this.#store.listCounts()) if (count.devices > 0 && !this.#gone.has(count.tenantId)) add(count);
    for (const [tenantId, exposures] of tenants) {
      for (const [deviceGroup, patchStateId, devices] of exposures.devices())
        add({ tenantId, deviceGroup, patchStateId, devices: -devices });
    }
    return [...differences.values()].filter(({ devices }) => devices !== 0);
  }

  /** A state that cannot be judged costs itself: its devices count as not assessed. */
  #contributeBy(verdicts: Verdicts): Contribute {
    return (patchStateId) => {
      try {
        return verdicts.contribution(patchStateId);
      } catch (error) {
        this.#log.warn({ patchStateId, err: error }, 'patch state set aside: it could not be assessed');
        return noContribution;
      }
    };
  }
}

function exposureIn(tenants: Map<string, ExposureOfGroups>, tenantId: string): ExposureOfGroups {
  let exposure = tenants.get(tenantId);
  if (exposure === undefined) {
    exposure = new ExposureOfGroups();
    tenants.set(tenantId, exposure);
  }
  return exposure;
}
