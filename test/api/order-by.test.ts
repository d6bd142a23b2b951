import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { machineType } from '../../src/api/contract/machine.ts';
import { deviceQueryOf, machineRules, orderValuesOf } from '../../src/api/odata/machine-query.ts';
import { parseQueryOptions } from '../../src/api/odata/query-options.ts';
import { machineFactsOf } from '../../src/api/routes/machines/machine-facts.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import { startFleetServer } from '../support/fleet-server.ts';
import type { JsonRow } from '../support/fleet-server.ts';

// Every list by every property that has one value: as sorted here, row by row.

const now = (): Date => new Date('2026-11-23T12:00:00Z');
const { application, tenant, ask, all } = await startFleetServer(now);
await application.groups.create(tenant, { name: 'north', rule: { tags: ['site:berlin'] }, id: 140 });
await application.groups.create(tenant, { name: 'Zurich', rule: { tags: ['site:bern'] }, id: 7 });

const lists = [
  '/api/machines',
  '/api/Software',
  '/api/vulnerabilities',
  '/api/recommendations',
  '/api/Software/microsoft-_-windows_11/machineReferences',
];

const comparable = (value: unknown): string | number | boolean | null =>
  typeof value === 'string' ? value.toLowerCase() : ((value ?? null) as number | boolean | null);

/** What has no value stands first. */
function compare(a: unknown, b: unknown): number {
  const [x, y] = [comparable(a), comparable(b)];
  if (x === null || y === null) return (x === null ? 0 : 1) - (y === null ? 0 : 1);
  return x < y ? -1 : x > y ? 1 : 0;
}

const idsOf = (rows: readonly JsonRow[]): readonly unknown[] => rows.map(({ id }) => id);

for (const path of lists) {
  const rows = await all(path);
  const names = Object.entries(rows[0] ?? {}).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? [] : [name],
  );
  describe(`$orderby of ${path}`, () => {
    for (const name of names.filter((each) => each !== 'vmMetadata')) {
      it(name, async () => {
        for (const direction of ['', ' desc']) {
          const sign = direction === '' ? 1 : -1;
          const { status, body } = await ask(`${path}?$orderby=${encodeURIComponent(`${name}${direction}`)}`);
          assert.equal(status, 200, JSON.stringify(body));
          const byId = name === 'id' ? 0 : 1;
          const expected = rows.toSorted(
            (a, b) => sign * compare(a[name], b[name]) || byId * compare(a['id'], b['id']),
          );
          assert.deepEqual(idsOf(body.value), idsOf(expected));
        }
      });
    }
  });
}

describe('next pages of machines', () => {
  const scope = wholeTenant(tenant);
  const facts = machineFactsOf(application, scope, now());
  for (const { name, isList, isComplex } of machineType.properties.values()) {
    if (isList || isComplex) continue;
    it(`by ${name}: each row once`, async () => {
      for (const $orderby of [name, `${name} desc,computerDnsName`]) {
        const options = parseQueryOptions({ $orderby }, machineRules);
        const page = async (after: (typeof options)['after'], top: number) =>
          application.listDevices(scope, { ...deviceQueryOf({ ...options, after }, facts), top });
        const whole = (await page(undefined, 1000)).devices.map(({ id }) => id);
        const found: string[] = [];
        for (let after: (typeof options)['after'], hasMore = true; hasMore;) {
          const next = await page(after, 2);
          found.push(...next.devices.map(({ id }) => id));
          const device = next.devices.at(-1);
          hasMore = next.hasMore && device !== undefined;
          if (device !== undefined)
            after = orderValuesOf({ device, state: application.exposure.stateOf(device) }, options.orderBy, facts);
        }
        assert.deepEqual(found, whole);
      }
    });
  }
});
