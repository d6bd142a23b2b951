import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InventoryFormatError } from './inventory-format-error.ts';
import { OtherSystems } from './other-systems.ts';
import { readInventory } from './read-inventory.ts';
import { reportInput } from './report-input.ts';

describe('devices of other systems', () => {
  it('are one note, the most frequent system first', () => {
    const others = new OtherSystems();
    for (const system of ['Darwin', 'ubuntu', 'UBUNTU', undefined]) others.add(system);
    assert.deepEqual(others.notes('hosts.json'), ['hosts.json: left out, not Windows: 2 ubuntu, 1 darwin, 1 unknown']);
    assert.throws(
      () => others.refuseIfAlone('hosts.json', 0),
      /expected at least one Windows device, got only others: 2 ubuntu/,
    );
    others.refuseIfAlone('hosts.json', 1);
  });

  it('of none there is neither note nor error', () => {
    const others = new OtherSystems();
    others.refuseIfAlone('hosts.json', 0);
    assert.deepEqual(others.notes('hosts.json'), []);
  });

  it('are not named without end', () => {
    const others = new OtherSystems();
    for (let index = 0; index < 1000; index += 1) others.add(`system ${index} ${'x'.repeat(100)}`);
    assert.ok((others.notes('hosts.json')[0] ?? '').length < 400);
  });

  const alone: readonly [format: string, report: unknown][] = [
    ['ohai', { platform: 'ubuntu', platform_version: '22.04', kernel: { name: 'Linux', release: '5.15.0' } }],
    ['puppet', { kernel: 'Linux', kernelrelease: '5.14.0', facterversion: '4.2.0' }],
    ['salt', { os: 'Debian', osrelease: '12', saltversion: '3006.4', cpuarch: 'x86_64' }],
    ['tactical-rmm', { agent_id: 'a', hostname: 'web', operating_system: 'Debian 12 x86_64', plat: 'linux' }],
  ];
  for (const [format, report] of alone) {
    it(`alone in a report of ${format} are refused`, () => {
      const input = reportInput('report', Buffer.from(JSON.stringify(report)));
      assert.throws(
        () => readInventory(input),
        (error: unknown) => error instanceof InventoryFormatError && /only others: 1 /.test(error.message),
      );
    });
  }
});
