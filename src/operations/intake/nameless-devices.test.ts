import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nameOfFile } from './nameless-devices.ts';

const paths: readonly [path: string, name: string | undefined][] = [
  ['lists/PC1.csv', 'PC1'],
  ['lists/PC1_qfe.txt', 'PC1'],
  ['lists/qfe-PC1.txt', 'PC1'],
  ['C:\\lists\\PC-1 hotfixes.csv.gz', 'PC-1'],
  ['lists/srv1.corp.example.txt', 'srv1.corp.example'],
  ['hosts.zip!/berlin/PC-MÜLLER_updates.json', 'PC-MÜLLER'],
  ['lists/PC1/qfe.csv', 'PC1'],
  ['lists/PC1/wmic qfe list.csv', 'PC1'],
  ['PC1.tar.gz!/updates.txt', 'PC1'],
  ['qfe.txt', undefined],
  ['-', undefined],
  ['lists/a\u0007b.txt', undefined],
  [`${'x'.repeat(300)}.txt`, undefined],
];

describe('the name that a file gives its device', () => {
  for (const [path, name] of paths)
    it(`${path.slice(0, 50)}: ${name}`, () => {
      assert.equal(nameOfFile(path), name);
    });
});
