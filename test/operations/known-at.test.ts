import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { DocumentHistory, NothingKnownError } from '../../src/operations/document-history.ts';
import { enginesKnownAt } from '../../src/operations/engine-known-at.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { needsShared, sharedPath } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// The documents that name KB4540673.
const months = ['2019-Aug', '2020-Mar', '2020-Apr', '2020-Jun'];
const state = derivePatchState(
  readNative({
    schema: 'kbgap-inventory/1',
    device: { name: 'host' },
    os: { name: 'Windows 10 Enterprise', build: '10.0.18363.657', architecture: 'x64' },
  }),
);

describe('what was known on a day', needsShared(), () => {
  it('then and now are two answers', async (t) => {
    const folder = new CatalogueFolder(temporaryFolder(t), loadCorrections());
    // One document unpacked: it is kept in another form.
    const input = temporaryFolder(t);
    mkdirSync(join(input, 'then'));
    for (const month of months) {
      const bytes = readFileSync(sharedPath('cvrf-vintage', `${month}.xml.gz`));
      const unpacked = month === '2020-Mar';
      writeFileSync(join(input, 'then', `${month}.xml${unpacked ? '' : '.gz'}`), unpacked ? gunzipSync(bytes) : bytes);
    }
    const now = await importCatalogue(
      folder,
      months.map((month) => sharedPath('cvrf', `${month}.xml.gz`)),
    );
    const then = await importCatalogue(folder, [join(input, 'then')], { seenOn: '2020-07-01' });
    assert.equal(then.imported.length, months.length);
    assert.equal(then.catalogueId, now.catalogueId, 'the newer revisions stay in force');

    const known = enginesKnownAt(folder, loadCorrections());
    const cveAddressed = async (day: string): Promise<number | undefined> =>
      (await known(day)).assess(state, null).missing.find(({ kb }) => kb === '4540673')?.cveAddressed;
    // The figures of the specification: 97 by the documents of then, 95 by the current ones.
    assert.equal(await cveAddressed('2020-07-01'), 97);
    assert.equal(await cveAddressed(new Date().toISOString().slice(0, 10)), 95);
    await assert.rejects(known('2020-06-30'), NothingKnownError);
  });

  it('survives a line cut by a killed process, and keeps the earliest day', async (t) => {
    const folder = new CatalogueFolder(temporaryFolder(t), loadCorrections());
    const file = [sharedPath('cvrf', '2020-Jan.xml.gz')];
    await importCatalogue(folder, file);
    appendFileSync(join(folder.documentFolder, 'seen.jsonl'), '{"hash":"sha256:00\n');
    await importCatalogue(folder, file, { seenOn: '2020-02-01' });
    await importCatalogue(folder, file, { seenOn: '2021-02-01' });
    const list = new DocumentHistory(folder.documentFolder).list();
    assert.deepEqual(
      list.map(({ id, seenOn }) => [id, seenOn]),
      [['2020-Jan', '2020-02-01']],
    );
  });
});
