import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import { Corrections, loadCorrections } from '../../src/catalogue/corrections.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { exportBundle } from '../../src/operations/export-bundle.ts';
import { importBundle } from '../../src/operations/import-bundle.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { KeyFolder } from '../../src/operations/key-folder.ts';
import { readDocument } from '../../src/sources/msrc-cvrf/read-document.ts';
import { needsShared, sharedPath } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('importing all documents', needsShared(), () => {
  const releases: (() => void)[] = [];
  const data = join(temporaryFolder({ after: (release) => void releases.push(release) }), 'data');
  after(() => releases.forEach((release) => release()));

  it('holds the totals that were counted in them independently', async () => {
    const folder = new CatalogueFolder(data, loadCorrections());
    const result = await importCatalogue(folder, [sharedPath('cvrf')]);
    const sum = (key: 'vulnerabilities' | 'vendorFixRows' | 'kbRows'): number =>
      result.imported.reduce((total, each) => total + each[key], 0);
    assert.equal(result.imported.length, 192);
    assert.deepEqual(result.refused, []);
    assert.equal(sum('vulnerabilities'), 26_505);
    assert.equal(sum('vendorFixRows'), 134_593);
    assert.equal(sum('kbRows'), 104_062);
    assert.equal(result.setAside.length, 7, 'the publisher has seven ids that are none, such as CVE-2022-2601-M');
    const { catalogue } = folder.loadCurrent();
    assertGraph(catalogue);
    const ids = new Set(
      Array.from({ length: catalogue.vulnerabilityCount }, (_, index) => catalogue.vulnerabilityId(index)),
    );
    const junk = new Set(result.setAside.map(({ reason }) => reason));
    assert.equal(ids.size + junk.size, 23_533);
    assert.equal(
      catalogue.id,
      loadStarterCatalogue().id,
      'the starter catalogue is made from the same documents by the same code',
    );
    // A document imported again replaces itself: nothing changes.
    const again = await importCatalogue(folder, [sharedPath('cvrf', '2024-Jan.xml.gz')]);
    assert.equal(again.catalogueId, catalogue.id);
    assert.equal(again.documentsHeld, 192);
  });

  it('fits into a bundle of 12 MB, the catalogue alone into 2, and comes out of it the same', async (t) => {
    const file = join(data, '..', 'all.kbgap');
    const full = await exportBundle(data, file);
    const alone = await exportBundle(data, join(data, '..', 'alone.kbgap'), { catalogueOnly: true });
    assert.ok(full.sizeBytes <= 12e6, `${full.sizeBytes} bytes`);
    assert.ok(alone.sizeBytes <= 2e6, `${alone.sizeBytes} bytes`);
    const site = join(temporaryFolder(t), 'data');
    new KeyFolder(site).trust(full.publicKeyFile);
    const { catalogueId, documentsHeld, bundle } = importBundle(site, file);
    assert.deepEqual([catalogueId, documentsHeld, bundle.documents], [loadStarterCatalogue().id, 192, 192]);
  });

  it('names for every KB the document in which it fixes most', () => {
    const catalogue = Catalogue.fromBytes(
      readFileSync(new URL('../../src/catalogue/starter/starter.kbcat', import.meta.url)),
      new Corrections([]),
    );
    const rows = readFileSync(sharedPath('derived', 'kb.tsv'), 'utf8').trim().split('\n').slice(1);
    const expected = new Map(rows.map((row) => [row.split('\t')[0], row.split('\t')[1]]));
    assert.equal(expected.size, 5232);
    const different = catalogue.kbs.filter((kb) => catalogue.findRelease(kb)?.releaseId !== expected.get(kb));
    assert.deepEqual(different, []);
  });

  it('reads the same from JSON as from XML', () => {
    const read = (...path: readonly string[]): object => {
      const { document } = readDocument('document', gunzipSync(readFileSync(sharedPath(...path))));
      return { ...document, hash: '', products: document.products.map(({ id, name }) => ({ id, name })) };
    };
    assert.deepEqual(read('cvrf-json', '2023-Jul.derived.json.gz'), read('cvrf', '2023-Jul.xml.gz'));
  });

  it('reads the API’s own JSON', () => {
    const { document } = readDocument('excerpt', readFileSync(sharedPath('cvrf-json', '2026-Sep.excerpt.json')));
    assert.equal(document.id, '2026-Sep');
    assert.ok(document.counts.kbRows > 0);
  });
});

/** KBs, edges and self-loops as published. */
function assertGraph(catalogue: Catalogue): void {
  assert.equal(catalogue.kbs.length, 5232);
  const edges = new Set<string>();
  for (const kb of catalogue.kbs) {
    for (const row of catalogue.rowsOfKb(kb)) {
      for (const older of catalogue.remediation(catalogue.rowRemediation(row)).supersedes) edges.add(`${kb}>${older}`);
    }
  }
  const loops = [...edges].filter((edge) => edge.split('>')[0] === edge.split('>')[1]);
  assert.equal(edges.size, 4201);
  assert.deepEqual(loops.sort(), ['5002191>5002191', '5077469>5077469']);
}

describe('importing files of every kind', needsShared(), () => {
  const files = ['2019-Aug.xml.gz', '2020-Mar.xml.gz'];

  it('plain, gzip, zip, in any order: one catalogue', async (t) => {
    const plain = temporaryFolder(t);
    const zipped = temporaryFolder(t);
    const texts = files.map(
      (name) => [name.replace('.gz', ''), gunzipSync(readFileSync(sharedPath('cvrf', name)))] as const,
    );
    for (const [name, bytes] of texts) writeFileSync(join(plain, name), bytes);
    writeFileSync(
      join(zipped, 'all.zip'),
      zipSync(Object.fromEntries(texts.map(([name, bytes]) => [`documents/${name}`, new Uint8Array(bytes)]))),
    );
    const ids = [];
    for (const paths of [[plain], [zipped], files.map((name) => sharedPath('cvrf', name)).reverse()]) {
      const folder = new CatalogueFolder(temporaryFolder(t), loadCorrections());
      ids.push((await importCatalogue(folder, paths)).catalogueId);
    }
    assert.equal(new Set(ids).size, 1);
  });

  it('a cut, a foreign and a missing document are named; the others go on; the held ones stay', async (t) => {
    const input = temporaryFolder(t);
    const whole = gunzipSync(readFileSync(sharedPath('cvrf', '2020-Mar.xml.gz')));
    cpSync(sharedPath('cvrf', '2019-Aug.xml.gz'), join(input, 'a-good.xml.gz'));
    writeFileSync(join(input, 'b-cut.xml'), whole.subarray(0, whole.length / 2));
    writeFileSync(join(input, 'c-cut.xml.gz'), readFileSync(sharedPath('cvrf', '2020-Mar.xml.gz')).subarray(0, 5000));
    writeFileSync(join(input, 'd-other.json'), '{"value": []}');
    writeFileSync(join(input, 'e-cut.zip'), zipSync({ 'a.xml': strToU8('<a/>') }).subarray(0, 30));
    const folder = new CatalogueFolder(temporaryFolder(t), loadCorrections());
    const result = await importCatalogue(folder, [input]);
    assert.deepEqual(
      result.imported.map(({ id }) => id),
      ['2019-Aug'],
    );
    const names = result.refused.map(({ source }) => source.slice(input.length + 1));
    assert.deepEqual(names, ['b-cut.xml', 'c-cut.xml.gz', 'd-other.json', 'e-cut.zip']);
    await assert.rejects(importCatalogue(folder, [join(input, 'none.xml')]), /none\.xml.*there is none/);
    assert.equal(folder.currentId(), result.catalogueId);
    const nothing = await importCatalogue(folder, [join(input, 'd-other.json')]);
    assert.equal(nothing.imported.length, 0);
    assert.equal(folder.currentId(), result.catalogueId, 'an import that brings nothing changes nothing');
  });

  it('an interrupted import leaves the old catalogue', async (t) => {
    const folder = new CatalogueFolder(temporaryFolder(t), loadCorrections());
    const { catalogueId } = await importCatalogue(folder, [sharedPath('cvrf', '2019-Aug.xml.gz')]);
    const stop = new AbortController();
    const interrupted = importCatalogue(folder, [sharedPath('cvrf')], {
      signal: stop.signal,
      onFile: () => stop.abort(new Error('interrupted')),
    });
    await assert.rejects(interrupted, /interrupted/);
    assert.equal(folder.currentId(), catalogueId);
    assert.equal(folder.loadCurrent().catalogue.id, catalogueId);
  });
});
