import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readTable } from '../../catalogue/read-table.ts';
import { loadStarterCatalogue } from '../../catalogue/starter-catalogue.ts';
import { productsNamed } from './products-named.ts';
import { isOfPublisher } from '../../inventory/facts/publisher.ts';
import { namesInDocuments, reportedName } from './reported-name.ts';

const names = [
  ['Microsoft Word 2016 (64-bit)', 'word 2016'],
  ['Microsoft Office Professional Plus 2013 - en-us', 'office professional plus 2013'],
  ['Microsoft Edge', 'edge'],
  ['Microsoft® SQL Server 2019 (64-bit)', 'sql server 2019'],
  ['PowerShell 7-x64', 'powershell 7-x64'],
] as const;

describe('name of reported software', () => {
  for (const [reported, plain] of names)
    it(`${reported} is ${plain}`, () => assert.equal(reportedName(reported), plain));

  it('looks at no more than a name can have', () => {
    const started = performance.now();
    reportedName(`Microsoft Office${' 1'.repeat(30_000)}!`);
    assert.ok(performance.now() - started < 100);
  });

  it('is of another maker where one is named', () => {
    assert.equal(isOfPublisher('Microsoft Corporation'), true);
    assert.equal(isOfPublisher('Корпорация Майкрософт'), true);
    assert.equal(isOfPublisher(null), true);
    assert.equal(isOfPublisher('Foo Ltd'), false);
  });
});

describe('table of other names', () => {
  const { rows } = readTable<{ readonly rows: readonly [string, readonly string[], string][] }>('software-names');
  const catalogue = loadStarterCatalogue();
  for (const [reported, published, source] of rows) {
    it(`${reported} stands in documents`, () => {
      assert.notEqual(source, '');
      assert.equal(reportedName(reported), reported, 'as names are compared');
      const names = namesInDocuments({ name: reported, version: '17.1' });
      assert.deepEqual(
        names,
        published.map((name) => name.replace('{major}', '17')),
      );
      assert.ok(names.some((name) => productsNamed(catalogue, name).length > 0));
    });
  }
});
