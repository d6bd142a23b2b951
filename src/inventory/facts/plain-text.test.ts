import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyInventory } from '../inventory.ts';
import { withPlainTexts } from './plain-text.ts';

const cases: readonly (readonly [says: string, name: string, plain: string | undefined])[] = [
  ['a name', 'PC-1.contoso.com', 'PC-1.contoso.com'],
  ['letters of all scripts', 'büro-ПК-机', 'büro-ПК-机'],
  ['a colour for the terminal', '\u001b[31mPC\u0007', '[31mPC'],
  ['a turned direction', 'pc\u202ecod.exe', 'pccod.exe'],
  ['nothing but control characters', '\u0000\u0001', undefined],
  ['parts of a path', '../../etc/passwd', '../../etc/passwd'],
];

describe('names of a report without control characters', () => {
  for (const [says, name, plain] of cases) {
    it(says, () => {
      const { device } = withPlainTexts({ ...emptyInventory, device: { ...emptyInventory.device, name } });
      assert.equal(device.name, plain);
    });
  }
});
