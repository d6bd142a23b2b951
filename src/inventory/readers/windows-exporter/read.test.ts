import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Inventory } from '../../inventory.ts';
import { readInventory } from '../read-inventory.ts';
import { reportInput } from '../report-input.ts';

function read(text: string): ReturnType<typeof readInventory> {
  return readInventory(reportInput('metrics', Buffer.from(text)));
}

function only(text: string): Inventory {
  const [inventory, second] = read(text).inventories;
  assert.ok(inventory !== undefined && second === undefined);
  return inventory;
}

const info = 'windows_os_info{product="Windows 10 Pro",version="10.0.19045",revision="4842"} 1\n';
const labels = {
  __name__: 'windows_os_info',
  instance: 'a',
  product: 'Windows 10 Pro',
  version: '10.0.19045',
  revision: '4842',
};

describe('metrics of windows_exporter', () => {
  for (const [says, text] of [
    ['a bare line', info],
    [
      'labels with blanks and a comma at the end',
      'windows_os_info{ product="Windows 10 Pro", version="10.0.19045", revision="4842", } 1\n',
    ],
    ['OpenMetrics', `# TYPE windows_os_info gauge\n${info.trim()} 1727539734.5\n# EOF\n`],
    ['a series', JSON.stringify({ status: 'success', data: [labels] })],
    [
      'a range',
      JSON.stringify({
        data: {
          resultType: 'matrix',
          result: [
            {
              metric: labels,
              values: [
                [1, '1'],
                [2, '1'],
              ],
            },
          ],
        },
      }),
    ],
    [
      'an answer without the metric’s name',
      JSON.stringify({ data: { result: [{ metric: { ...labels, __name__: undefined }, value: [1, '1'] }] } }),
    ],
  ] as const) {
    it(`are read from ${says}`, () => assert.equal(only(text).os.build?.ubr, 4842));
  }

  it('without the collector "os" are refused, saying which one is needed', () => {
    assert.throws(
      () => read('# TYPE windows_cpu_time_total counter\nwindows_cpu_time_total{core="0,0"} 1\n'),
      /collector "os"/,
    );
  });

  it('take a name joined into the answer', () => {
    const joined = { data: { result: [{ metric: { ...labels, hostname: 'pc-9' }, value: [1, '1'] }] } };
    assert.equal(only(JSON.stringify(joined)).device.name, 'pc-9');
  });

  it('an address is no name', () => {
    const { device } = only(
      'windows_os_info{instance="[2001:db8::1]:9182",product="Windows 10 Pro",version="10.0.19045"} 1\n',
    );
    assert.deepEqual([device.name, device.sourceId], [undefined, 'prometheus:[2001:db8::1]:9182']);
  });

  it('pass over a long line that is never closed', () => {
    assert.equal(only(`windows_os_info{a="${'\\"'.repeat(9000)}\n${info}`).os.build?.ubr, 4842);
  });
});
