import { ruleSetVersion } from '../../assessment/rules/rules.ts';
import type { CatalogueSummary } from '../../catalogue/catalogue.ts';
import type { ExposureOfGroups } from '../exposure-of-groups.ts';
import type { OperationContext } from '../context.ts';
import type { Engine } from '../engine.ts';
import type { FormerExposure } from '../exposures.ts';
import { Turn } from '../turn.ts';
import type { KeptChange } from './catalogue-change.ts';
import { compareDocumentsHeld } from './compare-documents-held.ts';
import { compareExposures } from './compare-exposures.ts';
import type { Comparison } from './compare-exposures.ts';
import { VerdictComparison } from './compare-verdicts.ts';

/** Other work has its turn after so long. */
const turnMs = 4;

/** Publications of a tenant that are kept: half a year of daily ones, and more of what is usual. */
const mostKept = 200;

/** What came into force last in this process, for logs and gauges; of all tenants. */
export interface LastPublication {
  readonly catalogueId: string;
  readonly previousCatalogueId: string;
  /** UTC instant. */
  readonly publishedAt: string;
  readonly judgedMs: number;
  /** Documents that came, went or are of another revision. */
  readonly documents: number;
  readonly patchStates: number;
  readonly patchStatesChanged: number;
  readonly devices: number;
  readonly devicesChanged: number;
  readonly tenants: readonly { readonly tenantId: string; readonly devicesChanged: number }[];
}

interface Previous {
  readonly publishedAt?: string;
  readonly catalogueId: string;
  readonly ruleSet: string;
}

/** Tells what each catalogue that comes into force changes, and keeps it for every tenant. */
export class Publications {
  readonly #context: OperationContext;
  readonly #findFormerEngine: ((catalogueId: string) => Engine | undefined) | undefined;
  #count = 0;
  #last: LastPublication | undefined;

  constructor(context: OperationContext, findFormerEngine: ((catalogueId: string) => Engine | undefined) | undefined) {
    this.#context = context;
    this.#findFormerEngine = findFormerEngine;
  }

  /** Of this process. */
  figures(): { readonly count: number; readonly last: LastPublication | undefined } {
    return { count: this.#count, last: this.#last };
  }

  /** Right after another engine took the place of `former`. Where it cannot be kept it is told all the same, and logged. */
  async published(former: FormerExposure): Promise<LastPublication> {
    const publishedAt = this.#context.now().toISOString();
    const { engine } = this.#context.exposures.verdicts;
    const compared = await this.#compare(former, engine);
    const previous = { catalogueId: former.engine.catalogue.id, ruleSet: ruleSetVersion };
    for (const [tenantId, change] of compared)
      await this.#keep(tenantId, { publishedAt, catalogue: engine.catalogue, previous, change });
    this.#count += 1;
    this.#last = summaryOf({ former, catalogue: engine.catalogue, publishedAt, compared });
    return this.#last;
  }

  /**
   * What came into force while nobody served: a catalogue that a command put there, a newer program with other rules. A tenant without
   * a line has its first one. Former rules are not there any more: what the catalogue changed is told by those of today. What another
   * process told since `openedAt` is ahead of this one, which follows.
   */
  async catchUp(openedAt: string): Promise<void> {
    const { store, now, exposures } = this.#context;
    const { engine } = exposures.verdicts;
    const publishedAt = now().toISOString();
    const behind = new Map<string, Previous | undefined>();
    for (const { id } of store.listTenants()) {
      const [newest] = (await store.publications.list({ tenantId: id, top: 1 })).publications;
      if (newest !== undefined && newest.publishedAt >= openedAt) continue;
      if (newest?.catalogueId !== engine.catalogue.id || newest.ruleSet !== ruleSetVersion) behind.set(id, newest);
    }
    const compared = new Map<string, ReadonlyMap<string, KeptChange>>();
    for (const [tenantId, previous] of behind) {
      const from = previous?.catalogueId ?? engine.catalogue.id;
      if (from !== engine.catalogue.id && !compared.has(from))
        compared.set(from, await this.#compareWith(from, engine));
      // Another took its place meanwhile, and tells what is different from this one.
      if (exposures.verdicts.engine !== engine) return;
      const change = compared.get(from)?.get(tenantId) ?? { ...unknown, documents: this.#documents(from, engine) };
      const after = previous?.publishedAt ?? null;
      await this.#keep(tenantId, { publishedAt, catalogue: engine.catalogue, previous, change, after });
    }
  }

  async #compareWith(catalogueId: string, engine: Engine): Promise<ReadonlyMap<string, KeptChange>> {
    const former = this.#findFormerEngine?.(catalogueId);
    const judged = former === undefined ? undefined : await this.#context.exposures.judgeBy(former);
    if (judged === undefined) return new Map();
    const compared = await this.#compare(judged, engine);
    // It was not this that the catalogue waited for.
    return new Map([...compared].map(([tenantId, change]) => [tenantId, { ...change, judgedMs: null }]));
  }

  #documents(from: string, engine: Engine): KeptChange['documents'] {
    const former = from === engine.catalogue.id ? undefined : this.#findFormerEngine?.(from)?.published;
    return former === undefined ? [] : compareDocumentsHeld(former, engine.published);
  }

  /** By tenant, of those that have or had devices. */
  async #compare(former: FormerExposure, engine: Engine): Promise<ReadonlyMap<string, KeptChange>> {
    const [before, after] = [former.engine.published, engine.published];
    const documents = compareDocumentsHeld(before, after);
    const turn = new Turn(turnMs);
    const verdicts = new VerdictComparison(before, after);
    const by: Comparison = { before, after, verdicts, turn, contributeAfter: former.contributeNow };
    const compared = new Map<string, KeptChange>();
    for (const { id } of this.#context.store.listTenants()) {
      const exposure = former.tenants.get(id);
      if (exposure !== undefined) await settleAll(exposure, former, turn);
      const found = exposure === undefined ? nothing : await compareExposures(exposure, by);
      compared.set(id, {
        previousCatalogueId: former.engine.catalogue.id,
        previousRuleSet: ruleSetVersion,
        judgedMs: former.judgedMs,
        documents,
        ...found,
      });
    }
    return compared;
  }

  async #keep(
    tenantId: string,
    {
      publishedAt,
      catalogue,
      previous,
      change,
      after,
    }: {
      readonly publishedAt: string;
      readonly catalogue: CatalogueSummary;
      readonly previous: Previous | undefined;
      readonly change: KeptChange;
      /** When the tenant's newest was noted, where nothing may come in between. */
      readonly after?: string | null;
    },
  ): Promise<void> {
    const { store, log } = this.#context;
    const content = JSON.stringify({
      ...change,
      previousCatalogueId: previous?.catalogueId ?? null,
      previousRuleSet: previous?.ruleSet ?? null,
    });
    try {
      await store.publications.add(
        { tenantId, publishedAt, catalogueId: catalogue.id, ruleSet: ruleSetVersion, content },
        { keep: mostKept, after },
      );
    } catch (error) {
      log.warn({ err: error, tenantId, catalogueId: catalogue.id }, 'what a catalogue changed could not be kept');
    }
  }
}

const nothing = { patchStates: { judged: 0, changed: 0 }, groups: [] };

/** Of devices that could not be judged as before. */
const unknown: Omit<KeptChange, 'documents'> = {
  previousCatalogueId: null,
  previousRuleSet: null,
  judgedMs: null,
  patchStates: null,
  groups: [],
};

async function settleAll(exposure: ExposureOfGroups, { contribute }: FormerExposure, turn: Turn): Promise<void> {
  while (exposure.settleOne(contribute)) if (turn.isOver) await turn.pass();
}

function summaryOf({
  former,
  catalogue,
  publishedAt,
  compared,
}: {
  readonly former: FormerExposure;
  readonly catalogue: CatalogueSummary;
  readonly publishedAt: string;
  readonly compared: ReadonlyMap<string, KeptChange>;
}): LastPublication {
  const tenants = Array.from(compared, ([tenantId, { groups }]) => ({
    tenantId,
    devices: sum(groups, ([, { devices }]) => devices),
    devicesChanged: sum(groups, ([, { devicesChanged }]) => devicesChanged),
  }));
  const changes = [...compared.values()];
  return {
    catalogueId: catalogue.id,
    previousCatalogueId: former.engine.catalogue.id,
    publishedAt,
    judgedMs: former.judgedMs,
    documents: changes[0]?.documents.length ?? 0,
    patchStates: sum(changes, ({ patchStates }) => patchStates?.judged ?? 0),
    patchStatesChanged: sum(changes, ({ patchStates }) => patchStates?.changed ?? 0),
    devices: sum(tenants, ({ devices }) => devices),
    devicesChanged: sum(tenants, ({ devicesChanged }) => devicesChanged),
    tenants: tenants.map(({ tenantId, devicesChanged }) => ({ tenantId, devicesChanged })),
  };
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
