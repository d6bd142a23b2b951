import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import { packCatalogue } from '../../src/catalogue/catalogue-format.ts';
import { compileCatalogue } from '../../src/catalogue/compile-catalogue.ts';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { expandCatalogue } from '../../src/catalogue/expand-catalogue.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import type { Engine } from '../../src/operations/engine.ts';
import { startTwoTenants } from '../support/two-tenants.ts';

// Every figure of a change against what single devices answered before and after it.

const { server, application, tenant, other, token, ask, report, pass } = await startTwoTenants();

/** The starter catalogue without the months that follow `last`. */
function engineUpTo(last: string): Engine {
  const documents = expandCatalogue(loadStarterCatalogue().compiled).filter(
    ({ initialReleaseAt }) => initialReleaseAt < last,
  );
  return catalogueEngine(
    Catalogue.fromBytes(packCatalogue(compileCatalogue(documents), 1).bytes, loadCorrections()),
    false,
  );
}

interface Change {
  readonly publishedAt: string;
  readonly catalogue: { readonly before: string | null; readonly after: string };
  readonly documents: {
    readonly total: number;
    readonly items: readonly { readonly hash: Readonly<Record<string, string | null>> }[];
  };
  readonly judgedMs: number | null;
  readonly verdicts: {
    readonly devices: { readonly total: number; readonly changed: number };
    readonly patchStates: { readonly judged: number; readonly changed: number } | null;
    readonly coverage: readonly { readonly before: string; readonly after: string; readonly devices: number }[];
    readonly kbs: {
      readonly total: number;
      readonly newlyMissing: number;
      readonly noLongerMissing: number;
      readonly items: readonly Counted[];
    };
    readonly cves: {
      readonly total: number;
      readonly newlyOpen: number;
      readonly closed: number;
      readonly items: readonly Counted[];
    };
  } | null;
}

interface Counted {
  readonly kb?: string;
  readonly cve?: string;
  readonly before: number;
  readonly after: number;
}

async function changes(
  bearer: string,
  query = 'items=10000',
): Promise<{ changes: readonly Change[]; cursor: string | null; hasMore: boolean }> {
  const { status, body } = await ask({ url: `/v1/changes?${query}`, token: bearer });
  assert.equal(status, 200, body);
  return JSON.parse(body) as { changes: readonly Change[]; cursor: string | null; hasMore: boolean };
}

interface Verdict {
  readonly coverage: string;
  readonly kbs: readonly string[];
  readonly cves: readonly string[];
}

/** What the API says of each device that the token sees, by its id. */
async function verdicts(bearer: string): Promise<ReadonlyMap<string, Verdict>> {
  const values = async (url: string): Promise<readonly { readonly id: string }[]> =>
    (JSON.parse((await ask({ url, token: bearer })).body) as { value: readonly { readonly id: string }[] }).value;
  const found = new Map<string, Verdict>();
  for (const { id } of await values('/api/machines')) {
    const kbs = await ask({ url: `/api/machines/${id}/getmissingkbs`, token: bearer });
    found.set(id, {
      coverage: String(kbs.headers['x-kbgap-coverage']).split(';')[0] ?? '',
      kbs: (JSON.parse(kbs.body) as { value: readonly { readonly id: string }[] }).value.map((row) => row.id),
      cves: (await values(`/api/machines/${id}/vulnerabilities?$top=8000`)).map((row) => row.id),
    });
  }
  return found;
}

function countsOf(
  before: ReadonlyMap<string, Verdict>,
  after: ReadonlyMap<string, Verdict>,
  of: (verdict: Verdict) => readonly string[],
): readonly (readonly [string, number, number])[] {
  const counts = new Map<string, [number, number]>();
  for (const [at, side] of [before, after].entries())
    for (const verdict of side.values())
      for (const key of of(verdict)) {
        const pair = counts.get(key) ?? [0, 0];
        pair[at as 0 | 1] += 1;
        counts.set(key, pair);
      }
  return [...counts]
    .filter(([, [was, is]]) => was !== is)
    .map(([key, [was, is]]) => [key, was, is] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const tags = ['berlin', 'berlin', 'paris', 'paris', 'none', 'berlin'];
const builds = ['26100.1', '26100.4000', '26100.1', '26100.7000', '22621', '26100.4000'];
await application.groups.create(tenant, { name: 'Berlin', rule: { tags: ['berlin'] } });
await application.groups.create(tenant, { name: 'Paris', rule: { tags: ['paris'] } });
for (const [index, build] of builds.entries())
  await report(tenant, { name: `pc${index}`, tags: [tags[index] ?? ''] }, `10.0.${build}`);
await report(other, { name: 'theirs' }, '10.0.26100.2');

const clientOf = async (groups: readonly string[]): Promise<string> =>
  (await application.createClient(tenant, groups.join(' '), [], { groups })).clientId;
const clients = {
  'the whole tenant': undefined,
  Berlin: await clientOf(['Berlin']),
  Paris: await clientOf(['Paris']),
  'Berlin and those in no group': await clientOf(['Berlin', 'UnassignedGroup']),
};
const bearers = await Promise.all(
  Object.entries(clients).map(
    async ([who, clientId]) => [who, await token(clientId === undefined ? {} : { clientId })] as const,
  ),
);
const theirs = await token({ of: other });

await application.warmUp();
const engines = [engineUpTo('2025-06-01'), catalogueEngine(loadStarterCatalogue(), true), engineUpTo('2025-10-01')];
const answers: ReadonlyMap<string, Verdict>[][] = [];
for (const engine of [undefined, ...engines]) {
  pass(60_000);
  if (engine !== undefined) await application.useEngine(engine);
  answers.push(await Promise.all(bearers.map(([, bearer]) => verdicts(bearer))));
}

describe('GET /v1/changes', () => {
  for (const [index, [who, bearer]] of bearers.entries())
    it(`tells ${who} what single devices say`, async () => {
      const {
        changes: [...list],
      } = await changes(bearer);
      const swaps = list.slice(0, 3).reverse();
      assert.equal(swaps.length, 3);
      for (const [at, { verdicts: told }] of swaps.entries()) {
        const [before, after] = [answers[at]?.[index], answers[at + 1]?.[index]];
        assert.ok(before && after && told);
        const changed = [...before].filter(
          ([id, verdict]) => JSON.stringify(verdict) !== JSON.stringify(after.get(id)),
        );
        assert.deepEqual(told.devices, { total: before.size, changed: changed.length });
        const moved = Map.groupBy(before, ([id, { coverage }]) => `${coverage} ${after.get(id)?.coverage}`);
        assert.deepEqual(
          told.coverage.map((each) => [`${each.before} ${each.after}`, each.devices]),
          [...moved].map(([key, { length }]) => [key, length]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
        );
        const lists = [
          [told.kbs.items.map((each) => [each.kb, each.before, each.after]), countsOf(before, after, ({ kbs }) => kbs)],
          [
            told.cves.items.map((each) => [each.cve, each.before, each.after]),
            countsOf(before, after, ({ cves }) => cves),
          ],
        ] as const;
        for (const [items, expected] of lists)
          assert.deepEqual(
            items.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
            expected,
          );
        const [kbs, cves] = lists.map(([, expected]) => expected);
        assert.equal(told.kbs.total, kbs?.length);
        assert.equal(told.kbs.newlyMissing, kbs?.filter(([, was]) => was === 0).length);
        assert.equal(told.kbs.noLongerMissing, kbs?.filter(([, , is]) => is === 0).length);
        assert.equal(told.cves.newlyOpen, cves?.filter(([, was]) => was === 0).length);
        assert.equal(told.cves.closed, cves?.filter(([, , is]) => is === 0).length);
      }
      assert.ok(swaps.some(({ verdicts: told }) => (told?.devices.changed ?? 0) > 0));
    });

  it('names the catalogues, their documents, and how long it was judged', async () => {
    const { changes: list } = await changes(bearers[0]?.[1] ?? '');
    const ids = [loadStarterCatalogue().id, ...engines.map(({ catalogue }) => catalogue.id)];
    assert.deepEqual(
      list.map(({ catalogue }) => [catalogue.before, catalogue.after]),
      [
        [ids[2], ids[3]],
        [ids[1], ids[2]],
        [ids[0], ids[1]],
        [null, ids[0]],
      ],
    );
    const newer = loadStarterCatalogue().documents.filter(({ initialReleaseAt }) => initialReleaseAt >= '2025-06-01');
    const [gone, came] = [list[2]?.documents, list[1]?.documents];
    assert.deepEqual([gone?.total, came?.total], [newer.length, newer.length]);
    assert.ok(came?.items.every(({ hash }) => hash['before'] === null && hash['after']?.startsWith('sha256:')));
    assert.ok(list.slice(0, 3).every(({ judgedMs }) => typeof judgedMs === 'number'));
    assert.equal(list[3]?.verdicts, null, 'before the first there was nothing to compare with');
  });

  it('counts distinct states for the whole tenant and for one group, and not for several', async () => {
    const states = [];
    for (const [, bearer] of bearers) states.push((await changes(bearer)).changes[0]?.verdicts?.patchStates?.judged);
    assert.deepEqual(states, [4, 2, 2, undefined]);
  });

  it('pages, and cuts its lists', async () => {
    const bearer = bearers[0]?.[1] ?? '';
    const all = await changes(bearer);
    const seen: Change[] = [];
    for (let cursor: string | null = null, hasMore = true; hasMore;) {
      const page = await changes(bearer, `top=1&items=10000${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.changes);
      ({ cursor, hasMore } = page);
    }
    assert.deepEqual(seen, all.changes);
    const cut = (await changes(bearer, 'items=2')).changes[1];
    assert.deepEqual([cut?.verdicts?.cves.items.length, cut?.documents.items.length], [2, 2]);
    assert.equal(cut?.verdicts?.cves.total, all.changes[1]?.verdicts?.cves.items.length);
    for (const bad of ['top=0', 'top=x', 'items=-1', 'cursor=yesterday', 'top=1&top=2'])
      assert.equal((await ask({ url: `/v1/changes?${bad}`, token: bearer })).status, 400, bad);
  });

  it('another tenant has its own', async () => {
    const { changes: list } = await changes(theirs);
    assert.deepEqual(
      list.map(({ verdicts: told }) => told?.devices.total),
      [1, 1, 1, undefined],
    );
  });

  it('gauges say the last', async () => {
    const { body } = await server.inject('/metrics');
    const value = (name: string): string | undefined => new RegExp(`^${name}(?:\\{.*\\})? (.*)$`, 'm').exec(body)?.[1];
    assert.equal(value('kbgap_catalogue_publications_total'), '3');
    assert.match(body, new RegExp(`^kbgap_catalogue_changed_devices\\{tenant="${tenant.id}"\\} \\d`, 'm'));
    for (const name of ['published_timestamp_seconds', 'judging_seconds', 'changed_patch_states'])
      assert.match(value(`kbgap_catalogue_${name}`) ?? '', /^[\d.e+]+$/, name);
  });
});
