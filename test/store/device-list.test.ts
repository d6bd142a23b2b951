import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { FilterProperty, FilterTree, SortKey } from '../../src/store/filter.ts';
import type { DeviceRow, Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { databasesOfThisRun } from './databases.ts';
import { deviceId, deviceReport, newTenant, whole } from './device-reports.ts';

type Attributes = Partial<Omit<DeviceRow, 'tenantId' | 'id'>>;

/** Numbered from 1 as the rows below name them. */
const devices: readonly Attributes[] = [
  {
    name: 'Alpha.contoso.com',
    displayVersion: '23H2',
    architecture: 'Arm64',
    tags: ['site:berlin', 'prod'],
    ipAddresses: ['10.1.2.3'],
  },
  {
    name: 'beta',
    osPlatform: 'WindowsServer2019',
    displayVersion: null,
    tags: ['site:bern'],
    ipAddresses: ['10.1.2.30'],
  },
  { name: null, osPlatform: null, ipAddresses: ['FE80::1', '10.9.9.9'], reportedAt: '2026-06-10T08:00:00.779Z' },
  { name: "o'brien_100%", tags: ['100%', 'Ünïcode'], reportedAt: '2026-07-01T00:00:00.000Z' },
];

const compare = (
  property: FilterProperty,
  operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le',
  value: string | null,
): FilterTree => ({
  kind: 'compare',
  property,
  operator,
  value,
});
const text = (
  property: FilterProperty,
  operator: 'startswith' | 'endswith' | 'contains',
  value: string,
): FilterTree => ({
  kind: 'text',
  property,
  operator,
  value,
});
type KeptKey = Extract<SortKey, { readonly property: unknown }>;

const orders: readonly { orderBy: readonly KeptKey[]; sorted: readonly number[] }[] = [
  { orderBy: [], sorted: [1, 2, 3, 4] },
  { orderBy: [{ property: 'id', isDescending: true }], sorted: [4, 3, 2, 1] },
  { orderBy: [{ property: 'name', isDescending: false }], sorted: [3, 1, 2, 4] },
  { orderBy: [{ property: 'name', isDescending: true }], sorted: [4, 2, 1, 3] },
  { orderBy: [{ property: 'lastIpAddress', isDescending: false }], sorted: [4, 1, 2, 3] },
  { orderBy: [{ property: 'lastIpAddress', isDescending: true }], sorted: [3, 2, 1, 4] },
  {
    orderBy: [
      { property: 'osPlatform', isDescending: true },
      { property: 'reportedAt', isDescending: true },
    ],
    sorted: [2, 4, 1, 3],
  },
  {
    orderBy: [
      { property: 'osPlatform', isDescending: false },
      { property: 'id', isDescending: true },
    ],
    sorted: [3, 4, 1, 2],
  },
];
/** By what predicates tell; the first case that holds counts, and in none stands what has no value. */
const sortedByCases: readonly {
  readonly says: string;
  readonly cases: Extract<SortKey, { readonly cases: unknown }>['cases'];
  readonly values: readonly (string | number | null)[];
  readonly ascending: readonly number[];
  readonly descending: readonly number[];
}[] = [
  {
    says: 'texts',
    cases: [
      { value: 'late', holds: compare('reportedAt', 'ge', '2026-07-01T00:00:00Z') },
      { value: 'early', holds: { kind: 'constant', value: true } },
    ],
    values: ['early', 'early', 'early', 'late'],
    ascending: [1, 2, 3, 4],
    descending: [4, 1, 2, 3],
  },
  {
    says: 'numbers, and none',
    cases: [
      { value: 10, holds: compare('tags', 'eq', 'prod') },
      { value: 9, holds: compare('osPlatform', 'ne', null) },
    ],
    values: [10, 9, null, 9],
    ascending: [3, 2, 4, 1],
    descending: [1, 2, 4, 3],
  },
  { says: 'no case', cases: [], values: [null, null, null, null], ascending: [1, 2, 3, 4], descending: [1, 2, 3, 4] },
];
const not = (operand: FilterTree): FilterTree => ({ kind: 'not', operand });

const cases: readonly { says: string; filter: FilterTree; finds: readonly number[] }[] = [
  { says: 'names in any case', filter: compare('name', 'eq', 'ALPHA.Contoso.com'), finds: [1] },
  { says: 'ids in any case', filter: compare('id', 'eq', deviceId(2).toUpperCase()), finds: [2] },
  { says: 'versions in any case', filter: compare('displayVersion', 'eq', '23h2'), finds: [1] },
  { says: 'parts of versions in any case', filter: text('displayVersion', 'endswith', 'h2'), finds: [1] },
  {
    says: 'architectures in any case, among others',
    filter: { kind: 'in', property: 'architecture', values: ['ARM64', 'x86'] },
    finds: [1],
  },
  { says: 'platforms to the letter', filter: compare('osPlatform', 'eq', 'windowsserver2019'), finds: [] },
  { says: 'what has no value is unequal to a text', filter: compare('osPlatform', 'ne', 'Windows10'), finds: [2, 3] },
  {
    says: 'what has no value is not equal, so `not` finds it',
    filter: not(compare('osPlatform', 'eq', 'Windows10')),
    finds: [2, 3],
  },
  { says: 'equal to null', filter: compare('name', 'eq', null), finds: [3] },
  { says: 'unequal to null', filter: compare('displayVersion', 'ne', null), finds: [1, 3, 4] },
  { says: 'nothing is greater than null', filter: compare('name', 'gt', null), finds: [] },
  { says: 'a list with elements is unequal to null', filter: compare('tags', 'ne', null), finds: [1, 2, 4] },
  { says: 'any tag equals', filter: compare('tags', 'eq', 'prod'), finds: [1] },
  { says: 'tags in any case', filter: compare('tags', 'eq', 'PROD'), finds: [1] },
  { says: 'tags in any case of any letter', filter: compare('tags', 'eq', 'üNÏCODE'), finds: [4] },
  { says: 'a tag whole, not an address', filter: compare('tags', 'eq', '10.1.2.3'), finds: [] },
  {
    says: 'any tag is one of, in any case',
    filter: { kind: 'in', property: 'tags', values: ['Site:Bern'] },
    finds: [2],
  },
  {
    says: 'an element of the tags equals',
    filter: { kind: 'any', property: 'tags', test: compare('tags', 'eq', 'prod') },
    finds: [1],
  },
  { says: 'the address that is shown', filter: compare('lastIpAddress', 'eq', '10.9.9.9'), finds: [3] },
  { says: 'not one that is not shown', filter: compare('lastIpAddress', 'eq', 'fe80::1'), finds: [] },
  { says: 'shown addresses unequal to one', filter: compare('lastIpAddress', 'ne', '10.9.9.9'), finds: [1, 2, 4] },
  { says: 'no address at all', filter: compare('lastIpAddress', 'eq', null), finds: [4] },
  { says: 'a shown address that starts so', filter: text('lastIpAddress', 'startswith', '10.1.'), finds: [1, 2] },
  { says: 'shown addresses by order', filter: compare('lastIpAddress', 'gt', '10.1.2.3'), finds: [2, 3] },
  {
    says: 'one of several shown addresses',
    filter: { kind: 'in', property: 'lastIpAddress', values: ['10.9.9.9', '10.1.2.3', 'FE80::1'] },
    finds: [1, 3],
  },
  { says: 'names that start so, in any case', filter: text('name', 'startswith', 'ALP'), finds: [1] },
  { says: 'one of several names', filter: { kind: 'in', property: 'name', values: ['BETA', 'gamma'] }, finds: [2] },
  { says: 'no tag equals', filter: compare('tags', 'ne', 'prod'), finds: [2, 3, 4] },
  { says: 'any tag starts so', filter: text('tags', 'startswith', 'site:ber'), finds: [1, 2] },
  { says: 'any tag ends so', filter: text('tags', 'endswith', 'code'), finds: [4] },
  { says: 'a tag is one of', filter: { kind: 'in', property: 'tags', values: ['prod', '100%'] }, finds: [1, 4] },
  { says: 'one of no values', filter: { kind: 'in', property: 'tags', values: [] }, finds: [] },
  { says: 'an address whole, not its beginning', filter: compare('ipAddresses', 'eq', '10.1.2.3'), finds: [1] },
  { says: 'IPv6 in any case', filter: compare('ipAddresses', 'eq', 'fe80::1'), finds: [3] },
  { says: 'any address starts so', filter: text('ipAddresses', 'startswith', '10.1.2.3'), finds: [1, 2] },
  { says: 'contains takes % and _ as they are', filter: text('name', 'contains', '_100%'), finds: [4] },
  { says: 'a lone % is no wildcard', filter: text('name', 'startswith', '%'), finds: [] },
  { says: 'a quote is a letter', filter: text('name', 'startswith', "O'"), finds: [4] },
  { says: 'a zero character is no end of text', filter: text('name', 'startswith', '\0'), finds: [] },
  { says: 'the empty text begins every name', filter: text('name', 'startswith', ''), finds: [1, 2, 4] },
  { says: 'and ends every name', filter: text('name', 'endswith', ''), finds: [1, 2, 4] },
  { says: 'ends in any case', filter: text('name', 'endswith', 'CONTOSO.COM'), finds: [1] },
  { says: 'an ending longer than the name', filter: text('name', 'endswith', 'a very long ending beta'), finds: [] },
  { says: 'instants with an offset', filter: compare('reportedAt', 'eq', '2026-07-01T02:00:00+02:00'), finds: [4] },
  { says: 'a date is its midnight', filter: compare('reportedAt', 'ge', '2026-07-01'), finds: [4] },
  {
    says: 'a date with Z, as Defender writes it',
    filter: compare('reportedAt', 'lt', '2026-07-01Z'),
    finds: [1, 2, 3],
  },
  {
    says: 'seven decimals lie above their millisecond',
    filter: compare('reportedAt', 'lt', '2026-06-10T08:00:00.7791856Z'),
    finds: [1, 2, 3],
  },
  {
    says: 'and are not reached from below',
    filter: compare('reportedAt', 'ge', '2026-06-10T08:00:00.7791856Z'),
    finds: [4],
  },
  {
    says: 'seven decimals of which four are zero',
    filter: compare('reportedAt', 'eq', '2026-06-10T08:00:00.7790000Z'),
    finds: [3],
  },
  {
    says: 'and',
    filter: { kind: 'and', operands: [compare('osPlatform', 'eq', 'Windows10'), compare('tags', 'eq', 'prod')] },
    finds: [1],
  },
  {
    says: 'or',
    filter: { kind: 'or', operands: [compare('name', 'eq', 'beta'), compare('tags', 'eq', 'prod')] },
    finds: [1, 2],
  },
  { says: 'and of nothing holds', filter: { kind: 'and', operands: [] }, finds: [1, 2, 3, 4] },
  { says: 'a constant that holds', filter: { kind: 'constant', value: true }, finds: [1, 2, 3, 4] },
  { says: 'a constant that does not', filter: { kind: 'constant', value: false }, finds: [] },
  { says: 'not of a constant', filter: not({ kind: 'constant', value: false }), finds: [1, 2, 3, 4] },
];

for (const database of databasesOfThisRun) {
  describe(`device lists on ${database.name}`, () => {
    let store: Store;
    let tenantId: string;
    const find = async (filter: FilterTree): Promise<readonly string[]> =>
      (await store.listDevices(whole(tenantId), { filter, top: 100, skip: 0 })).devices.map(({ id }) => id);

    before(async () => {
      store = await database.open(temporaryFolder({ after }));
      tenantId = store.listTenants()[0]?.id ?? '';
      const other = newTenant('other');
      await store.createTenant(other);
      const reports = devices.map((attributes, at) => deviceReport(tenantId, at + 1, attributes));
      await Promise.all([...reports, deviceReport(other.id, 9)].map((report) => store.saveReport(report)));
    });
    after(() => store.close());

    for (const { says, filter, finds } of cases) {
      it(says, async () => assert.deepEqual(await find(filter), finds.map(deviceId)));
    }

    it('pages by id, with the count over all pages and whether there is more', async () => {
      const page = async (top: number, skip: number) => {
        const { devices: found, count, hasMore } = await store.listDevices(whole(tenantId), { top, skip, count: true });
        return [found.map(({ id }) => id), count, hasMore];
      };
      assert.deepEqual(await page(2, 0), [[1, 2].map(deviceId), 4, true]);
      assert.deepEqual(await page(2, 2), [[3, 4].map(deviceId), 4, false]);
      assert.deepEqual(await page(2, 9), [[], 4, false]);
      assert.deepEqual(await page(0, 0), [[], 4, true]);
      assert.equal((await store.listDevices(whole(tenantId), { top: 1, skip: 0 })).count, undefined);
    });

    it('counts what matches the filter', async () => {
      const filter = compare('tags', 'ne', null);
      assert.equal((await store.listDevices(whole(tenantId), { filter, top: 1, skip: 0, count: true })).count, 3);
    });

    it('finds devices by patch states, few of many as well as many', async () => {
      const byState = (id: string, counted: number): Promise<readonly string[]> =>
        find({ kind: 'states', states: { ids: [id, 'unknown'], devices: counted, allDevices: 1_000_000 } });
      const [row] = (await store.listDevices(whole(tenantId), { top: 1, skip: 0 })).devices;
      const all: string[] = [];
      for (const at of devices.keys()) {
        const device = await store.findDevice(tenantId, deviceId(at + 1));
        if (device?.patchStateId === row?.patchStateId) all.push(deviceId(at + 1));
      }
      assert.ok(all.length > 0);
      for (const counted of [1, 900_000]) assert.deepEqual(await byState(row?.patchStateId ?? '', counted), all);
      assert.deepEqual(await byState('other', 1), []);
    });

    it('finds a device by its tags and address of now, and no longer by those of before', async () => {
      const report = (attributes: Attributes) => store.saveReport(deviceReport(tenantId, 7, attributes));
      const finds = async (tag: string, address: string): Promise<readonly number[]> => [
        (await find(compare('tags', 'eq', tag))).length,
        (await find(compare('lastIpAddress', 'eq', address))).length,
      ];
      await report({ tags: ['old', 'OLD', 'kept'], ipAddresses: ['10.7.0.1', '10.7.0.2'] });
      assert.deepEqual(await finds('old', '10.7.0.1'), [1, 1]);
      await report({ tags: ['kept', 'new'], ipAddresses: ['10.7.0.2'] });
      assert.deepEqual(
        [await finds('old', '10.7.0.1'), await finds('new', '10.7.0.2'), await finds('kept', '')],
        [
          [0, 0],
          [1, 1],
          [1, 0],
        ],
      );
      await store.deleteDevice(tenantId, deviceId(7));
      assert.deepEqual(
        [await finds('new', '10.7.0.2'), await finds('kept', '')],
        [
          [0, 0],
          [0, 0],
        ],
      );
    });

    it('refuses to compare an instant with something else', async () => {
      for (const value of ['yesterday', '2026-06-31', '2026-13-01', '2026-06-10T25:00Z', '']) {
        await assert.rejects(find(compare('reportedAt', 'eq', value)), {
          code: 'filter-value',
          property: 'reportedAt',
        });
      }
    });

    it('takes a thousand alternatives', async () => {
      const operands = Array.from({ length: 1000 }, (_, n) => compare('id', 'eq', deviceId(n)));
      assert.equal((await find({ kind: 'or', operands })).length, 4);
      const nested = operands.reduce((left, right) => ({ kind: 'or', operands: [left, right] }));
      assert.equal((await find(nested)).length, 4);
    });

    it('finds each device by any text test over a part of its own name', async () => {
      const named = devices.flatMap(({ name }, at) =>
        typeof name === 'string' ? [{ name, id: deviceId(at + 1) }] : [],
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...named), fc.nat(30), fc.nat(30), async ({ name, id }, from, to) => {
          assert.ok((await find(text('name', 'contains', name.slice(from, to)))).includes(id));
          assert.ok((await find(text('name', 'startswith', name.slice(0, to)))).includes(id));
          assert.ok((await find(text('name', 'endswith', name.slice(from)))).includes(id));
        }),
      );
    });

    for (const { orderBy, sorted } of orders) {
      const says = orderBy.map(({ property, isDescending }) => `${property}${isDescending ? ' desc' : ''}`).join(', ');
      it(`sorts by ${says || 'id'} and goes on behind each row`, async () => {
        const list = async (after?: readonly (string | null)[]): Promise<readonly DeviceRow[]> =>
          (
            await store.listDevices(whole(tenantId), {
              top: 10,
              skip: 0,
              orderBy,
              ...(after === undefined ? {} : { after }),
            })
          ).devices;
        const all = await list();
        assert.deepEqual(
          all.map(({ id }) => id),
          sorted.map(deviceId),
        );
        for (const [index, row] of all.entries()) {
          const keys = orderBy
            .filter(({ property }) => property !== 'id')
            .map(({ property }) =>
              property === 'name'
                ? (row.name?.toLowerCase() ?? null)
                : property === 'lastIpAddress'
                  ? (row.ipAddresses.find((address) => !address.includes(':')) ?? null)
                  : row[property],
            );
          assert.deepEqual(
            (await list([...keys, row.id])).map(({ id }) => id),
            sorted.slice(index + 1).map(deviceId),
          );
        }
      });
    }

    for (const { says, cases, values, ascending, descending } of sortedByCases) {
      it(`sorts by cases and goes on behind each row: ${says}`, async () => {
        for (const [isDescending, sorted] of [
          [false, ascending],
          [true, descending],
        ] as const) {
          const orderBy = [{ cases, isDescending }];
          const list = async (
            skip: number,
            after?: readonly (string | number | null)[],
          ): Promise<readonly string[]> => {
            const query = { top: 10, skip, orderBy, ...(after === undefined ? {} : { after }) };
            return (await store.listDevices(whole(tenantId), query)).devices.map(({ id }) => id);
          };
          for (const [index, number] of sorted.entries()) {
            assert.deepEqual(await list(index), sorted.slice(index).map(deviceId));
            const after = [values[number - 1] ?? null, deviceId(number)];
            assert.deepEqual(await list(0, after), sorted.slice(index + 1).map(deviceId), `behind ${number}`);
          }
        }
      });
    }

    it('never lets a value become SQL', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom('name', 'tags', 'ipAddresses', 'id'),
          async (value, property) => {
            const filter = compare(property as FilterProperty, 'eq', value);
            assert.deepEqual(
              [...(await find(filter)), ...(await find(not(filter)))].sort(),
              [1, 2, 3, 4].map(deviceId),
            );
          },
        ),
      );
    });
  });
}
