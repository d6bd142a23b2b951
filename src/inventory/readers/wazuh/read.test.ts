import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { judgeFormats, readInventory } from '../read-inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { reportInput } from '../report-input.ts';

function read(value: unknown): ReturnType<typeof readInventory> {
  return readInventory(reportInput('rows', Buffer.from(JSON.stringify(value))));
}

function only(value: unknown): Inventory {
  const [inventory, second] = read(value).inventories;
  assert.ok(inventory !== undefined && second === undefined);
  return inventory;
}

const item = {
  os: { name: 'Microsoft Windows 11 Pro', version: '10.0.26100.4061', build: '26100.4061' },
  scan: { id: 0, time: '2025-06-01T00:00:00Z' },
  hostname: 'PC',
  agent_id: '009',
};

describe('rows of Wazuh', () => {
  for (const [says, wrapped] of [
    ['bare', item],
    ['a list', [item]],
    ['an answer of version 3', { error: 0, data: { items: [item], totalItems: 1 } }],
    ['an answer inside an answer', { success: true, data: { data: { affected_items: [item] } } }],
    ['answers under names', { os: { data: { affected_items: [item] } }, hotfixes: { data: { affected_items: [] } } }],
  ] as const) {
    it(`are read ${says}`, () => assert.equal(only(wrapped).os.build?.ubr, 4061));
  }

  it('with only what every machine lists are no list of updates', () => {
    const everywhere = ['KB2468871', 'KB2478063', 'KB2533523', 'KB2544514', 'KB2600211', 'KB2600217'];
    const { updates, updatesComplete } = only([item, ...everywhere.map((hotfix) => ({ hotfix, agent_id: '009' }))]);
    assert.deepEqual([updates, updatesComplete], [[], false]);
  });

  it('of other systems alone are an error', () => {
    assert.throws(
      () =>
        read({ data: { affected_items: [{ ...item, os: { name: 'Ubuntu', platform: 'ubuntu', version: '22.04' } }] } }),
      (error: unknown) => error instanceof InventoryFormatError && /only others: 1 ubuntu/.test(error.message),
    );
  });

  it('are not taken for those of Elastic’s agents, which use the same names', () => {
    const event = {
      '@timestamp': '2025-06-01T00:00:00Z',
      agent: { id: 'a', name: 'PC', type: 'winlogbeat', version: '8.13.0', ephemeral_id: 'e' },
      ecs: { version: '8.0.0' },
      host: { hostname: 'PC', os: { name: 'Windows 11 Pro', version: '10.0', build: '22631.3880' } },
    };
    const judged = judgeFormats(reportInput('x', Buffer.from(JSON.stringify(event))));
    assert.ok((judged.find(({ reader }) => reader.format === 'wazuh')?.confidence ?? 1) < 0.3);
  });

  it('an answer about something else is refused with a hint', () => {
    assert.throws(
      () => read({ data: { affected_items: [{ cpu: { cores: 2 }, agent_id: '001' }] } }),
      /no system, hotfix/,
    );
  });
});
