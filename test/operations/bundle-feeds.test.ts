import assert from 'node:assert/strict';
import { cpSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { exportBundle } from '../../src/operations/export-bundle.ts';
import { FeedFolder } from '../../src/operations/feed-folder.ts';
import { importBundle } from '../../src/operations/import-bundle.ts';
import type { BundleImport } from '../../src/operations/import-bundle.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { Quarantine } from '../../src/operations/quarantine.ts';
import { verifyBundle } from '../../src/operations/verify-bundle.ts';
import { verifyFolder } from '../../src/operations/verify-folder.ts';
import { advisoryXml } from '../support/advisory-xml.ts';
import type { MadeUpAdvisory } from '../support/advisory-xml.ts';
import { putEpss, putKev } from '../support/kept-feeds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const april = { id: '2020-Apr', revisedAt: '2020-04-14T07:00:00Z', kbs: ['4549951'] };

type Test = Parameters<typeof temporaryFolder>[0];

async function imported(data: string, advisory: MadeUpAdvisory): ReturnType<typeof importCatalogue> {
  const file = `${data}-${advisory.id}-${Date.parse(advisory.revisedAt)}.xml`;
  writeFileSync(file, advisoryXml(advisory));
  return importCatalogue(new CatalogueFolder(data, loadCorrections()), [file]);
}

/** A data folder with one document, and what `fill` puts there. */
async function site(test: Test, fill: (data: string) => void = () => {}): Promise<string> {
  const data = join(temporaryFolder(test), 'data');
  await imported(data, april);
  fill(data);
  return data;
}

async function bundleOf(data: string): Promise<string> {
  await exportBundle(data, `${data}.kbgap`);
  return `${data}.kbgap`;
}

function takeIn(data: string, bundle: string, options = {}): BundleImport {
  return importBundle(data, bundle, { key: verifyBundle(bundle).signer, ...options });
}

describe('a feed of a bundle', () => {
  const cases: readonly [says: string, held: string | null, brought: string, allowOlder: boolean, kept: string][] = [
    ['comes where none is held', null, '2020-05-20', false, '2020-05-20'],
    ['takes the place of an older one', '2020-05-01', '2020-05-20', false, '2020-05-20'],
    ['leaves a newer one in place', '2020-06-30', '2020-05-20', false, '2020-06-30'],
    ['takes its place where that is allowed', '2020-06-30', '2020-05-20', true, '2020-05-20'],
  ];
  for (const [says, held, brought, allowOlder, kept] of cases) {
    // Whichever file is the younger one says nothing.
    for (const heldFile of [1, 2_000_000_000]) {
      it(`${says}, of a file of ${heldFile === 1 ? 'long ago' : 'times to come'}`, async (t) => {
        const from = await site(t, (data) => putKev(data, { date: brought, records: 20 }));
        const to = await site(t, (data) => {
          if (held === null) return;
          putKev(data, { date: held, records: 24 });
          utimesSync(join(data, 'feeds', 'cisa-kev.kbfeed'), heldFile, heldFile);
        });
        const { bundle } = takeIn(to, await bundleOf(from), { allowOlder });
        assert.equal(new FeedFolder(to).load('cisa-kev')?.date, kept);
        assert.deepEqual(bundle.feeds, kept === brought ? ['feeds/cisa-kev.kbfeed'] : []);
        const left = `it is of ${brought}, the held one of ${held} stays`;
        assert.deepEqual(
          bundle.feedsLeftOut.map(({ reason }) => reason),
          kept === brought ? [] : [left],
        );
      });
    }
  }

  it('that collapsed is left out', async (t) => {
    const from = await site(t, (data) => putKev(data, { date: '2020-05-20', records: 3 }));
    const to = await site(t, (data) => putKev(data, { date: '2020-05-01', records: 20 }));
    const { feedsLeftOut } = takeIn(to, await bundleOf(from)).bundle;
    assert.match(feedsLeftOut[0]?.reason ?? '', /3 records where the held one has 20/);
    assert.equal(new FeedFolder(to).find('cisa-kev')?.count, 20);
  });

  it('that is dated in the future is left out', async (t) => {
    const from = await site(t, (data) => putKev(data, { date: '2099-05-20' }));
    const to = await site(t);
    assert.match(takeIn(to, await bundleOf(from)).bundle.feedsLeftOut[0]?.reason ?? '', /dated 2099-05-20/);
    assert.equal(new FeedFolder(to).find('cisa-kev'), undefined);
  });

  it('is the same to the byte after the folder was copied without its file times', async (t) => {
    const data = await site(t, (each) => {
      putKev(each, { date: '2020-05-20', seenOn: '2020-05-21' });
      putEpss(each, { date: '2020-05-20' });
    });
    const before = readFileSync(await bundleOf(data));
    const copy = `${data}-copy`;
    cpSync(data, copy, { recursive: true });
    for (const name of ['cisa-kev', 'epss']) utimesSync(join(copy, 'feeds', `${name}.kbfeed`), 1e9, 1e9);
    assert.ok(readFileSync(await bundleOf(copy)).equals(before));
  });
});

describe('a damaged feed', () => {
  it('is found wherever a byte is flipped, and is not exported', async (t) => {
    const data = await site(t, (each) => putKev(each, { date: '2020-05-20' }));
    const file = join(data, 'feeds', 'cisa-kev.kbfeed');
    const whole = readFileSync(file);
    assert.deepEqual((await verifyFolder(data)).problems, []);
    const headEnd = 12 + whole.readUInt32LE(8);
    for (const at of [0, 9, 20, 60, headEnd - 70, headEnd + 2, headEnd + 30, whole.length - 9, whole.length - 1]) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x40;
      writeFileSync(file, bytes);
      const { problems, feeds } = await verifyFolder(data);
      assert.equal(feeds, 0);
      assert.match(problems.join('\n'), /cisa-kev\.kbfeed to be a kept feed.*import the feed again/, `byte ${at}`);
      await assert.rejects(exportBundle(data, `${data}.kbgap`), /cisa-kev\.kbfeed to be a kept feed/);
    }
  });
});

describe('a quarantined document', () => {
  const held = { ...april, revisedAt: '2020-05-01T07:00:00Z' };
  const collapsed = { ...april, revisedAt: '2020-05-10T07:00:00Z', kbs: [] };

  async function quarantined(test: Test): Promise<string> {
    const data = await site(test);
    await imported(data, held);
    const { quarantined: documents } = await imported(data, collapsed);
    assert.deepEqual(
      documents.map(({ kind }) => kind),
      ['empty'],
    );
    return data;
  }

  const cases: readonly [says: string, revisedAt: string, isEnded: boolean][] = [
    ['is done with once a bundle brings a newer revision', '2020-05-12T07:00:00Z', true],
    ['stays where the bundle knows nothing newer', '2020-05-02T07:00:00Z', false],
  ];
  for (const [says, revisedAt, isEnded] of cases) {
    it(says, async (t) => {
      const data = await quarantined(t);
      const from = await site(t);
      await imported(from, { ...april, revisedAt, kbs: ['4549951', '4550000'] });
      const { resolved } = takeIn(data, await bundleOf(from));
      const quarantine = new Quarantine(join(data, 'catalogue'));
      assert.deepEqual(resolved, isEnded ? ['2020-Apr'] : []);
      assert.equal(quarantine.list().length, isEnded ? 0 : 1);
    });
  }

  it('is done with once a good file is imported', async (t) => {
    const data = await quarantined(t);
    const { resolved } = await imported(data, { ...april, revisedAt: '2020-05-12T07:00:00Z' });
    assert.deepEqual(resolved, ['2020-Apr']);
    assert.deepEqual(new Quarantine(join(data, 'catalogue')).list(), []);
  });
});
