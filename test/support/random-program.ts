import assert from 'node:assert/strict';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import type { Engine } from '../../src/operations/engine.ts';
import type { Tenant } from '../../src/store/store.ts';
import { assertExposureIsExact } from './recounted-exposure.ts';

// A random program of everything that moves counts, run against one or more nodes at once. What was answered is known of every
// device, so that rows, kept counts and counts in memory are held against it.

export interface ProgramOptions {
  readonly seed: number;
  readonly operations: number;
  /** Applications over one database; each takes any operation. */
  readonly nodes: readonly Application[];
  /** Catalogues that come into force by turns, on each node for itself. */
  readonly engines: readonly Engine[];
  /** Kept counts against rows at one instant, while others write; none differ. */
  readonly differences: () => Promise<readonly unknown[]>;
  /** Told now and then. */
  readonly onProgress?: (done: number) => void;
}

/** How often something was done. */
export type ProgramOutcome = Readonly<Record<string, number>>;

/** Operations under way at once. */
const atOnce = 64;
const devicesOfTenant = 120;
const tags = ['berlin', 'paris', 'oslo', 'none'] as const;
const groupNames = ['Berlin', 'Paris'] as const;

/** Levels of several branches, one that no catalogue knows, and none. */
const builds = [
  '10.0.19045.2000', '10.0.19045.5737', '10.0.19045.6093', '10.0.22631.3007', '10.0.22631.5624', '10.0.22631.6060',
  '10.0.26100.1', '10.0.26100.4652', '10.0.26100.6584', '10.0.26100.8000', '10.0.99999.1', undefined,
]; // prettier-ignore
const edges = [undefined, undefined, '128.0.2739.67', '140.0.3485.54'];

/** A device as it was last answered for: its row's name and what it reported. */
interface KnownTenant {
  readonly tenant: Tenant;
  /** By name; absent where it was deleted or never reported. */
  readonly devices: Map<string, string>;
  readonly busy: Set<string>;
  isGoing: boolean;
}

/** Numbers that are the same for the same seed (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, `below`. */
  number(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.number(items.length)];
    if (item === undefined && items.length === 0) throw new RangeError('expected items to choose from');
    return item as Item;
  }
}

class Program {
  readonly #options: ProgramOptions;
  readonly #dice: Dice;
  readonly #tenants: KnownTenant[] = [];
  readonly #outcome: Record<string, number> = {};
  readonly #underWay = new Set<Promise<void>>();
  #failure: unknown;
  #made = 0;
  #isSwapping = false;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.#dice = new Dice(options.seed);
  }

  async run(): Promise<ProgramOutcome> {
    for (let n = 0; n < 3; n += 1) await this.#createTenant();
    const { operations, onProgress } = this.#options;
    const quietEvery = Math.max(1000, Math.floor(operations / 20));
    for (let done = 0; done < operations;) {
      const before = done;
      done += await this.#next();
      while (this.#underWay.size >= atOnce) await Promise.race(this.#underWay);
      if (this.#failure !== undefined) break;
      if (Math.floor(done / quietEvery) === Math.floor(before / quietEvery)) continue;
      await this.#quiet();
      onProgress?.(done);
    }
    await this.#quiet();
    return this.#outcome;
  }

  /** Begins one operation, and tells how many devices it is about. */
  async #next(): Promise<number> {
    const draw = this.#dice.number(10_000);
    if (draw < 6) return this.#begin('tenant deleted', () => this.#replaceTenant());
    if (draw < 12) return this.#begin('catalogue swapped', () => this.#swap());
    if (draw < 20) return this.#begin('groups changed', () => this.#changeGroups());
    if (draw < 60) return this.#begin('counts asked for', () => this.#ask());
    if (draw < 70) return this.#begin('rows recounted meanwhile', () => this.#recount());
    const known = this.#dice.of(this.#tenants);
    if (draw < 160) return this.#bulk(known);
    const name = `pc${this.#dice.number(devicesOfTenant)}`;
    if (known.isGoing || known.busy.has(name)) {
      // Another one then; a turn, so that what is under way comes to its end.
      await Promise.resolve();
      return 0;
    }
    const held = known.devices.get(name);
    if (draw < 1500) return this.#beginOn(known, name, 'deleted', () => this.#delete(known, name));
    if (draw < 4000 && held !== undefined)
      return this.#beginOn(known, name, 'reported again', () => this.#report(known, name, held));
    return this.#beginOn(known, name, 'reported', () => this.#report(known, name, this.#inventory(name)));
  }

  #node(): Application {
    return this.#dice.of(this.#options.nodes);
  }

  #begin(what: string, run: () => Promise<unknown>): number {
    const done: Promise<void> = run()
      .then(
        () => void (this.#outcome[what] = (this.#outcome[what] ?? 0) + 1),
        (error: unknown) => void (this.#failure ??= error),
      )
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
    return 1;
  }

  /** One operation of a device at a time: so that the last answer says how it must be. */
  #beginOn(known: KnownTenant, name: string, what: string, run: () => Promise<unknown>): number {
    known.busy.add(name);
    return this.#begin(what, () => run().finally(() => known.busy.delete(name)));
  }

  #inventory(name: string): string {
    const [build, edge] = [this.#dice.of(builds), this.#dice.of(edges)];
    return JSON.stringify({
      schema: 'kbgap-inventory/1',
      device: { name, tags: [this.#dice.of(tags)] },
      os: {
        name: 'Microsoft Windows 11 Enterprise',
        architecture: 'x64',
        installationType: 'Client',
        ...(build === undefined ? {} : { build }),
      },
      ...(edge === undefined
        ? {}
        : { software: [{ name: 'Microsoft Edge', vendor: 'Microsoft Corporation', version: edge }] }),
    });
  }

  async #report(known: KnownTenant, name: string, inventory: string): Promise<void> {
    try {
      await this.#node().applyReport(known.tenant, {
        inventory: readNative(JSON.parse(inventory)),
        raw: Buffer.from(inventory),
        format: 'native',
        receivedAt: new Date(),
      });
      known.devices.set(name, inventory);
    } catch (error) {
      if (!known.isGoing) throw error;
    }
  }

  async #delete(known: KnownTenant, name: string): Promise<void> {
    const wasThere = known.devices.has(name);
    try {
      await this.#node().deleteDevice({ tenant: known.tenant, groups: null }, name);
      if (!known.isGoing) assert.ok(wasThere, `${name} of ${known.tenant.name} was deleted before`);
      known.devices.delete(name);
    } catch (error) {
      if (!known.isGoing && (wasThere || !isMissing(error))) throw error;
    }
  }

  #bulk(known: KnownTenant): number {
    const names = new Set(
      Array.from({ length: 2 + this.#dice.number(30) }, () => `pc${this.#dice.number(devicesOfTenant)}`),
    );
    const free = [...names].filter((name) => !known.busy.has(name));
    if (known.isGoing || free.length === 0) return 0;
    const lines = free.map((name) => [name, this.#inventory(name)] as const);
    for (const name of free) known.busy.add(name);
    this.#begin('imported together', async () => {
      try {
        const body = Buffer.from(lines.map(([, line]) => `${line}\n`).join(''));
        const bytes = async function* (): AsyncGenerator<Uint8Array> {
          yield await Promise.resolve(body);
        };
        const { accepted } = await this.#node().applyReports(known.tenant, bytes(), {
          receivedAt: new Date(),
          longestLine: 100_000,
        });
        if (!known.isGoing) assert.equal(accepted, lines.length);
        for (const [name, line] of lines) known.devices.set(name, line);
      } catch (error) {
        if (!known.isGoing) throw error;
      } finally {
        for (const name of free) known.busy.delete(name);
      }
    });
    return free.length;
  }

  async #createTenant(): Promise<void> {
    this.#made += 1;
    const node = this.#node();
    const tenant = await node.createTenant(`tenant-${this.#made}`);
    for (const [index, name] of groupNames.entries())
      await node.groups.create(tenant, { name, rule: { tags: [tags[index] ?? ''] } });
    // Another node hears of it a moment later.
    for (const each of this.#options.nodes)
      await soon(() => Promise.resolve().then(() => void each.getTenant(tenant.id)));
    this.#tenants.push({ tenant, devices: new Map(), busy: new Set(), isGoing: false });
  }

  /** While reports to it are under way; they may be refused from then on. */
  async #replaceTenant(): Promise<void> {
    const known = this.#dice.of(this.#tenants);
    if (known.isGoing || this.#tenants.some(({ isGoing }) => isGoing)) return;
    known.isGoing = true;
    await this.#node().deleteTenant(known.tenant.id);
    this.#tenants.splice(this.#tenants.indexOf(known), 1);
    await this.#createTenant();
  }

  /** A node follows its own folder: for a while they judge by different ones. */
  async #swap(): Promise<void> {
    if (this.#isSwapping) return;
    this.#isSwapping = true;
    try {
      const engine = this.#dice.of(this.#options.engines);
      for (const node of this.#options.nodes) await node.useEngine(engine);
    } finally {
      this.#isSwapping = false;
    }
  }

  async #changeGroups(): Promise<void> {
    const known = this.#dice.of(this.#tenants);
    const rule = { tags: [this.#dice.of(tags)] };
    try {
      await this.#node().groups.change(known.tenant, this.#dice.of(groupNames), {
        rule,
        rank: 1 + this.#dice.number(2),
      });
    } catch (error) {
      // A node hears of a tenant that another one made a moment later.
      if (!known.isGoing && !isMissing(error)) throw error;
    }
  }

  /** Settles what waits, in the middle of everything. */
  async #ask(): Promise<void> {
    const known = this.#dice.of(this.#tenants);
    const { tenant } = known;
    const groups = this.#dice.of([null, new Set(['Berlin']), new Set(['', 'Paris']), new Set(groupNames)]);
    const node = this.#node();
    if (this.#dice.number(2) === 0) await node.settleCounts(tenant);
    if (known.isGoing) return;
    const { devices, kbs } = node.exposure.summarize({ tenant, groups });
    const total = devices.assessed + devices.partlyAssessed + devices.notAssessed;
    assert.ok(kbs.every(({ devices: lacking }) => lacking > 0 && lacking <= total));
  }

  async #recount(): Promise<void> {
    assert.deepEqual(await this.#options.differences(), []);
  }

  /** Everything under way comes to its end; then every count of every node is held against the rows, and these against the answers. */
  async #quiet(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.race(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
    assert.deepEqual(await this.#options.differences(), []);
    for (const node of this.#options.nodes) {
      const known = this.#tenants.map(({ tenant, devices }) => ({ tenant, devices }));
      await soon(async () => {
        assert.deepEqual(await node.verifyCounts(), []);
        await assertExposureIsExact(node, known);
      });
    }
    this.#outcome['held against every row'] = (this.#outcome['held against every row'] ?? 0) + 1;
  }
}

/** Nodes hear of each other within a second; one that is alone needs no second try. */
async function soon(check: () => Promise<void>): Promise<void> {
  const until = performance.now() + 15_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'device-not-found' || code === 'tenant-not-found' || code === 'group-not-found';
}

/** @throws where a count was ever another than the rows say. */
export function runRandomProgram(options: ProgramOptions): Promise<ProgramOutcome> {
  return new Program(options).run();
}
