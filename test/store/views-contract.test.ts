import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FilterTree } from '../../src/store/filter.ts';
import type { DeviceScope, Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { databasesOfThisRun } from './databases.ts';
import { deviceId, deviceReport, exposureDay, newTenant, whole } from './device-reports.ts';

const at = (day: number): string => `2026-06-${String(day).padStart(2, '0')}T08:00:00.000Z`;

/** Number, state and group, in the order in which they are first seen: one a day from June 1 on. */
const devices: readonly (readonly [n: number, state: string, group: string])[] = [
  [9, 'state-b', ''],
  [8, 'state-a', 'Berlin'],
  [7, 'state-b', 'Berlin'],
  [6, 'state-c', ''],
  [5, 'state-a', ''],
  [4, 'state-b', ''],
];

for (const database of databasesOfThisRun)
  describe(`views on ${database.name}`, () => {
    let store: Store;
    const [tenant, other] = [newTenant('views'), newTenant('other')];
    const scope = whole(tenant.id);
    const berlin: DeviceScope = { tenantId: tenant.id, groups: new Set(['Berlin']) };
    before(async () => {
      store = await database.open(temporaryFolder({ after }));
      for (const each of [tenant, other]) await store.createTenant(each);
      for (const [index, [n, patchStateId, deviceGroup]] of devices.entries())
        await store.saveReport(
          deviceReport(tenant.id, n, { patchStateId, deviceGroup, reportedAt: at(index + 1), name: `pc${n}` }),
        );
      await store.saveReport(deviceReport(other.id, 1, { patchStateId: 'state-a', reportedAt: at(1) }));
    });
    after(() => store.close());

    const notFive: FilterTree = { kind: 'compare', property: 'name', operator: 'ne', value: 'PC5' };
    const lists: readonly (readonly [
      says: string,
      query: Parameters<Store['views']['listInStates']>[1],
      of: DeviceScope,
      found: readonly number[],
      hasMore: boolean,
    ])[] = [
      [
        'states in the order that is asked',
        { states: ['state-b', 'state-a'], top: 9, skip: 0 },
        scope,
        [9, 7, 4, 8, 5],
        false,
      ],
      ['a page', { states: ['state-b', 'state-a'], top: 2, skip: 0 }, scope, [9, 7], true],
      [
        'a later page, past a whole state',
        { states: ['state-b', 'state-a', 'state-c'], top: 2, skip: 4 },
        scope,
        [5, 6],
        false,
      ],
      ['past everything', { states: ['state-b'], top: 2, skip: 3 }, scope, [], false],
      ['no state', { states: [], top: 2, skip: 0 }, scope, [], false],
      ['a state nobody is in', { states: ['state-x', 'state-c'], top: 2, skip: 0 }, scope, [6], false],
      [
        'devices of the groups that are seen',
        { states: ['state-b', 'state-a'], top: 9, skip: 0 },
        berlin,
        [7, 8],
        false,
      ],
      ['what fits the filter', { states: ['state-a', 'state-c'], filter: notFive, top: 9, skip: 1 }, scope, [6], false],
      ['none of another tenant', { states: ['state-a'], top: 9, skip: 0 }, whole(other.id), [1], false],
    ];
    for (const [says, query, of, found, hasMore] of lists)
      it(`lists ${says}`, async () => {
        const page = await store.views.listInStates(of, query);
        assert.deepEqual(
          page.devices.map(({ id }) => id),
          found.map(deviceId),
        );
        assert.equal(page.hasMore, hasMore);
      });

    const counts: readonly (readonly [
      says: string,
      filter: FilterTree,
      of: DeviceScope,
      found: Readonly<Record<string, number>>,
    ])[] = [
      ['what fits', notFive, scope, { 'state-a': 1, 'state-b': 3, 'state-c': 1 }],
      ['of the groups that are seen', notFive, berlin, { 'state-a': 1, 'state-b': 1 }],
      [
        'by several filters',
        {
          kind: 'and',
          operands: [
            notFive,
            { kind: 'states', states: { ids: ['state-b', 'state-x'], devices: 3, allDevices: 6 } },
            { kind: 'text', property: 'name', operator: 'contains', value: 'PC' },
          ],
        },
        scope,
        { 'state-b': 3 },
      ],
      ['nothing', { kind: 'compare', property: 'name', operator: 'eq', value: 'nobody' }, scope, {}],
      ['none of another tenant', notFive, whole(other.id), { 'state-a': 1 }],
    ];
    for (const [says, filter, of, found] of counts)
      it(`counts by state ${says}`, async () => {
        assert.deepEqual(Object.fromEntries(await store.views.countByState(of, filter)), found);
      });

    it('tells who reported which device', async () => {
      const sources = await store.views.listSources(tenant.id, [deviceId(9), deviceId(5), deviceId(1)]);
      assert.deepEqual(
        [...sources],
        [
          [deviceId(5), ['native']],
          [deviceId(9), ['native']],
        ],
      );
    });

    it('tells when the first device of a state was first seen', async () => {
      const asked = ['state-a', 'state-b', 'state-x'];
      assert.deepEqual(
        [...(await store.views.earliestSeen(scope, asked))],
        [
          ['state-a', at(2)],
          ['state-b', at(1)],
        ],
      );
      assert.deepEqual(
        [...(await store.views.earliestSeen(berlin, asked))],
        [
          ['state-a', at(2)],
          ['state-b', at(3)],
        ],
      );
    });

    it('tells what a device was before, newest first', async () => {
      await store.saveReport(deviceReport(tenant.id, 5, { patchStateId: 'state-c', reportedAt: at(20), name: 'pc5' }));
      const former = await store.views.listFormer(tenant.id, deviceId(5));
      assert.deepEqual(
        former.map(({ patchStateId }) => patchStateId),
        ['state-a', null],
      );
      assert.ok(former.every(({ until }) => until.endsWith('Z') && !Number.isNaN(Date.parse(until))));
      assert.deepEqual(await store.views.listFormer(other.id, deviceId(5)), []);
    });

    it('keeps the last figures of each day, by group', async () => {
      await store.views.saveDays(tenant.id, [exposureDay('2026-06-10', { deviceGroup: 'Gone', missing: 100 })]);
      await store.views.saveDays(tenant.id, [
        exposureDay('2026-06-10', { missing: 5 }),
        exposureDay('2026-06-10', { deviceGroup: 'Berlin', missing: 7 }),
      ]);
      await store.views.saveDays(tenant.id, [exposureDay('2026-06-09'), exposureDay('2026-06-12')]);
      const told = async (of: DeviceScope, since = '2026-06-10'): Promise<object[]> =>
        (await store.views.listDays(of, since)).map(({ day, devices: n, missing }) => [day, n, missing]);
      assert.deepEqual(await told(scope), [
        ['2026-06-10', 2, 12],
        ['2026-06-12', 1, 1],
      ]);
      assert.deepEqual(await told(berlin), [['2026-06-10', 1, 7]]);
      assert.deepEqual(await told(whole(other.id), ''), []);
    });
  });
