import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readNative } from './native/read.ts';
import { readInventory } from './read-inventory.ts';
import { reportInput } from './report-input.ts';

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `KB${1_000_000 + index}`);
}

function native(name: string, lists: object): object {
  return { schema: 'kbgap-inventory/1', device: { name }, os: { build: '10.0.19045.3930' }, ...lists };
}

const tooMany = /expected at most \d+ (?:updates|programs|verdicts of other tools) of one device, got \d+/;

describe('lists of a device', () => {
  const lists: readonly [says: string, lists: object][] = [
    ['updates', { updates: names(20_001) }],
    ['programs', { software: names(50_001).map((name) => ({ name })) }],
    ['verdicts', { opinions: names(100_001).map((kb) => ({ source: 'nessus', kb, verdict: 'missing' })) }],
  ];
  for (const [says, list] of lists)
    it(`are refused where they hold more ${says} than any device can have`, () => {
      const report = native('PC1', list);
      assert.throws(() => readInventory(reportInput('x', Buffer.from(JSON.stringify(report)))), tooMany);
      assert.throws(() => readNative(report), tooMany);
    });

  it('cost their device alone where a report holds several', () => {
    const report = [native('PC1', { updates: names(20_001) }), native('PC2', { updates: names(3) })];
    const text = report.map((each) => JSON.stringify(each)).join('\n');
    const { inventories, notes } = readInventory(reportInput('x', Buffer.from(text)));
    assert.deepEqual(
      inventories.map(({ device }) => device.name),
      ['PC2'],
    );
    assert.match(notes.join('\n'), /PC1: set aside, expected at most/);
  });

  it('are read at their limit, in every form', () => {
    const qfe = JSON.stringify(names(20_000).map((HotFixID) => ({ HotFixID, PSComputerName: 'PC1' })));
    assert.equal(readInventory(reportInput('x', Buffer.from(qfe))).inventories[0]?.updates.length, 20_000);
  });
});
