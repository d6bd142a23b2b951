import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Publication } from '../../src/store/publication-store.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { databasesOfThisRun } from './databases.ts';
import { newTenant } from './device-reports.ts';

const at = (second: number): string => `2026-06-10T08:00:0${second}.000Z`;

for (const database of databasesOfThisRun)
  describe(`publications on ${database.name}`, () => {
    let [store, another]: readonly Store[] = [];
    const tenants = [newTenant('one'), newTenant('other'), newTenant('gone')] as const;
    const [one, other, gone] = tenants;
    before(async () => {
      const folder = temporaryFolder({ after });
      store = await database.open(folder);
      for (const tenant of tenants) await store.createTenant(tenant);
      another = await database.open(folder);
    });
    after(() => Promise.all([store?.close(), another?.close()]));

    const publication = (tenantId: string, catalogueId: string, publishedAt: string): Publication => ({
      tenantId,
      publishedAt,
      catalogueId,
      ruleSet: '4',
      content: `{"of":"${catalogueId}"}`,
    });
    const add = (of: Store | undefined, each: Publication, keep = 200, after?: string | null): Promise<boolean> =>
      (of ?? assert.fail()).publications.add(each, { keep, after });
    const list = async (tenantId: string, page: { before?: string; top: number }): Promise<readonly string[]> => {
      const { publications, hasMore } = await (store ?? assert.fail()).publications.list({ tenantId, ...page });
      const lines = publications.map(({ publishedAt, catalogueId, content }) => {
        assert.equal(content, `{"of":"${catalogueId}"}`);
        return `${catalogueId} ${publishedAt.slice(17, -1)}`;
      });
      return hasMore ? [...lines, '…'] : lines;
    };

    it('are kept newest first, each at an instant of its own, and the same one twice in a row once', async () => {
      assert.equal(await add(store, publication(one.id, 'a', at(1))), true);
      assert.equal(await add(store, publication(one.id, 'a', at(2))), false);
      assert.equal(await add(store, publication(one.id, 'b', at(1))), true);
      assert.equal(await add(store, publication(one.id, 'a', at(5))), true);
      assert.equal(await add(store, { ...publication(one.id, 'a', at(6)), ruleSet: '5' }), true);
      assert.deepEqual(await list(one.id, { top: 9 }), ['a 06.000', 'a 05.000', 'b 01.001', 'a 01.000']);
      assert.deepEqual(await list(one.id, { top: 2 }), ['a 06.000', 'a 05.000', '…']);
      assert.deepEqual(await list(one.id, { top: 2, before: at(5) }), ['b 01.001', 'a 01.000']);
      assert.deepEqual(await list(other.id, { top: 9 }), []);
    });

    it('not behind another than the one that was read', async () => {
      assert.equal(await add(store, publication(one.id, 'x', at(7)), 200, at(5)), false);
      assert.equal(await add(store, publication(one.id, 'x', at(7)), 200, null), false);
      assert.equal(await add(store, publication(one.id, 'x', at(7)), 200, at(6)), true);
      assert.equal(await add(store, publication(gone.id, 'x', at(7)), 200, null), true);
    });

    it('no more than so many are kept', async () => {
      for (const [second, id] of ['a', 'b', 'c', 'd', 'e'].entries())
        await add(store, publication(other.id, id, at(second)), 3);
      assert.deepEqual(await list(other.id, { top: 9 }), ['e 04.000', 'd 03.000', 'c 02.000']);
      assert.equal((await list(one.id, { top: 9 })).length, 5, "another tenant's stay");
    });

    it('of two processes that add the same one at once one does', async () => {
      const rounds = ['p', 'q', 'r', 's'];
      for (const id of rounds) {
        const next = publication(one.id, id, at(8));
        const added = await Promise.all([add(store, next), add(another, next)]);
        assert.deepEqual(added.sort(), [false, true], id);
      }
      assert.deepEqual(
        (await list(one.id, { top: 4 }))
          .map((line) => line[0])
          .slice(0, 4)
          .join(''),
        'srqp',
      );
    });

    it('go with their tenant', async () => {
      await add(store, publication(gone.id, 'a', at(1)));
      const line = { tenantId: one.id, at: at(9), actor: 'server', action: 'x', subject: null, detail: {} };
      await store?.beginTenantDeletion(gone.id, at(9), line);
      await store?.endTenantDeletion(gone.id);
      assert.deepEqual(await list(gone.id, { top: 9 }), []);
    });
  });
