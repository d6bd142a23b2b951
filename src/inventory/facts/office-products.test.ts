import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { officeProducts } from './office-products.ts';

/** Ids of Microsoft's list of products for the Office Deployment Tool, with the names that Apps & features shows. */
const names: readonly [ids: string | undefined, shown: readonly string[]][] = [
  ['O365ProPlusRetail', ['Microsoft 365 Apps for enterprise']],
  ['O365BusinessRetail,ProjectProRetail', ['Microsoft 365 Apps for business', 'Microsoft Project Professional 2016']],
  ['ProPlus2019Volume', ['Microsoft Office Professional Plus 2019']],
  ['ProPlus2021Volume', ['Microsoft Office LTSC Professional Plus 2021']],
  ['Standard2024Volume;VisioStd2021Retail', ['Microsoft Office LTSC Standard 2024', 'Microsoft Visio Standard 2021']],
  ['HomeBusiness2021Retail', ['Microsoft Office Home and Business 2021']],
  ['SomethingNewRetail', ['Microsoft Office']],
  ['constructor', ['Microsoft Office']],
  [undefined, ['Microsoft Office']],
];

describe('officeProducts', () => {
  for (const [ids, shown] of names) {
    it(ids ?? 'no ids', () =>
      assert.deepEqual(
        officeProducts(ids, '16.0.17726.20160').map(({ name }) => name),
        shown,
      ),
    );
  }
});
