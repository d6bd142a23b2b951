import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { packCatalogue } from '../../src/catalogue/catalogue-format.ts';
import { Corrections } from '../../src/catalogue/corrections.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { DocumentHistory } from '../../src/operations/document-history.ts';
import { exportBundle } from '../../src/operations/export-bundle.ts';
import { formatFeedFile, readKeptFeedHead } from '../../src/operations/feed-file.ts';
import type { HeldFeed } from '../../src/operations/feed-folder.ts';
import { importBundle } from '../../src/operations/import-bundle.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { KeyFolder } from '../../src/operations/key-folder.ts';
import { verifyBundle } from '../../src/operations/verify-bundle.ts';
import { verifyFolder } from '../../src/operations/verify-folder.ts';
import type { BundleManifest, BundleSection } from '../../src/sources/bundle/manifest.ts';
import { openBundle } from '../../src/sources/bundle/open-bundle.ts';
import { writeBundle } from '../../src/sources/bundle/write-bundle.ts';
import { advisoryXml } from '../support/advisory-xml.ts';
import type { MadeUpAdvisory } from '../support/advisory-xml.ts';
import { putEpss, putKev } from '../support/kept-feeds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const march = { id: '2020-Mar', revisedAt: '2020-03-20T07:00:00Z', kbs: ['4540673', '4541509'] };
const marchBefore = { id: '2020-Mar', revisedAt: '2020-03-10T07:00:00Z', kbs: ['4540673'] };
const april = { id: '2020-Apr', revisedAt: '2020-04-14T07:00:00Z', kbs: ['4549951'] };
const aprilRevised = { id: '2020-Apr', revisedAt: '2020-05-01T07:00:00Z', kbs: ['4549951', '4550961'] };
const june = { id: '2020-Jun', revisedAt: '2020-06-09T07:00:00Z', kbs: ['4557957'] };

/** Imports documents, each seen on the day of its revision. */
async function imports(data: string, advisories: readonly MadeUpAdvisory[]): Promise<void> {
  for (const advisory of advisories) {
    const file = join(data, '..', `${advisory.id}-${hash('sha256', JSON.stringify(advisory)).slice(0, 8)}.xml`);
    writeFileSync(file, advisoryXml(advisory));
    const { refused } = await importCatalogue(catalogues(data), [file], { seenOn: advisory.revisedAt.slice(0, 10) });
    assert.deepEqual(refused, []);
  }
}

function catalogues(data: string): CatalogueFolder {
  return new CatalogueFolder(data, new Corrections([]));
}

function history(data: string): object[] {
  const seen = new DocumentHistory(catalogues(data).documentFolder).list();
  return [...seen].sort((a, b) => (a.hash < b.hash ? -1 : 1));
}

function heldIds(data: string): readonly string[] {
  return catalogues(data)
    .loadCurrent()
    .catalogue.documents.map(({ id, currentReleaseAt }) => `${id} ${currentReleaseAt}`);
}

/** A place with a data folder of three revisions and a feed, and its bundle; made once for all tests of this file. */
let root = '';
let publisher = '';
let file = '';
const releases: (() => void)[] = [];

before(async () => {
  root = temporaryFolder({ after: (release) => void releases.push(release) });
  publisher = join(root, 'publisher');
  file = join(root, 'all.kbgap');
  mkdirSync(publisher, { mode: 0o700 });
  await imports(publisher, [marchBefore, march, april]);
  putKev(publisher, { date: '2020-05-20' });
  putEpss(publisher, { date: '2020-05-20' });
  writeFileSync(join(publisher, 'feeds', 'notes.txt'), 'no feed, and nobody else is to have it');
  await exportBundle(publisher, file);
});
after(() => releases.forEach((release) => release()));

/** A folder that trusts the publisher. */
function newSite(test: { after(release: () => void): void }, trusting = true): string {
  const data = join(temporaryFolder(test), 'data');
  if (trusting) new KeyFolder(data).trust(`${file}.pub`);
  return data;
}

/** The bundle with another manifest or other stored bytes, signed again by the publisher's own key. */
function forge(
  target: string,
  change: (manifest: BundleManifest, stored: Uint8Array[]) => BundleManifest | void,
): string {
  const bundle = openBundle(file);
  const bytes = readFileSync(file);
  const { manifest } = bundle;
  bundle.close();
  let at = bytes.length - manifest.sections.reduce((total, { storedBytes }) => total + storedBytes, 0);
  const stored: Uint8Array[] = [];
  for (const { storedBytes } of manifest.sections) stored.push(bytes.subarray(at, (at += storedBytes)));
  const changed = change(manifest, stored) ?? manifest;
  const own = new KeyFolder(publisher).findOwn();
  assert.ok(own !== undefined);
  writeFileSync(target, writeBundle(changed, stored, own.privateKey));
  return target;
}

function withSection(
  manifest: BundleManifest,
  kind: BundleSection['kind'],
  change: Readonly<Record<string, unknown>>,
): BundleManifest {
  const index = manifest.sections.findLastIndex((section) => section.kind === kind);
  const sections = manifest.sections.map((section, at) =>
    at === index ? ({ ...section, ...change } as BundleSection) : section,
  );
  return { ...manifest, sections };
}

/** The last feed with other content, under hashes that hold. */
function withFeed(manifest: BundleManifest, stored: Uint8Array[], content: Uint8Array): BundleManifest {
  const packed = zstdCompressSync(content);
  stored[stored.length - 1] = packed;
  return withSection(manifest, 'feed', {
    sizeBytes: content.length,
    sha256: hash('sha256', content),
    storedBytes: packed.length,
    storedSha256: hash('sha256', packed),
  });
}

/** The publisher's EPSS as it is kept, with other content or another head. */
function feedOf(content: Uint8Array | undefined, head: Partial<HeldFeed> = {}): Uint8Array {
  const bytes = readFileSync(join(publisher, 'feeds', 'epss.kbfeed'));
  const read = readKeptFeedHead(bytes, 'epss');
  const unpacked = content ?? zstdDecompressSync(bytes.subarray(read.contentStart));
  return formatFeedFile({ ...read.head, ...head }, unpacked);
}

describe('a bundle', () => {
  it('goes into an empty folder and comes out the same: catalogue, history, feeds, bytes', async (t) => {
    const data = newSite(t);
    const result = importBundle(data, file);
    assert.deepEqual(
      result.imported.map(({ id }) => id),
      ['2020-Mar', '2020-Apr'],
    );
    assert.deepEqual(result.bundle.feeds, ['feeds/cisa-kev.kbfeed', 'feeds/epss.kbfeed']);
    assert.equal(catalogues(data).currentId(), catalogues(publisher).currentId());
    assert.deepEqual(history(data), history(publisher));
    assert.equal(history(data).length, 3);
    assert.deepEqual(readdirSync(join(data, 'feeds')).sort(), ['cisa-kev.kbfeed', 'epss.kbfeed']);
    const kept = (folder: string): Buffer => readFileSync(join(folder, 'feeds', 'cisa-kev.kbfeed'));
    assert.deepEqual(kept(data), kept(publisher));
    assert.deepEqual((await verifyFolder(data)).problems, []);
    cpSync(join(publisher, 'keys', 'bundle.key'), join(data, 'keys', 'bundle.key'));
    const again = join(root, 'again.kbgap');
    await exportBundle(data, again);
    assert.ok(readFileSync(again).equals(readFileSync(file)), 'the same key over the same content: the same bytes');
  });

  it('knows each day what was known on it', async (t) => {
    const data = newSite(t);
    importBundle(data, file);
    const seen = new DocumentHistory(catalogues(data).documentFolder);
    assert.deepEqual(
      Buffer.from(await seen.compileKnownAt('2020-03-15')),
      Buffer.from(await new DocumentHistory(catalogues(publisher).documentFolder).compileKnownAt('2020-03-15')),
    );
  });

  it('may hold the catalogue alone', async (t) => {
    const alone = join(root, 'alone.kbgap');
    const { contents } = await exportBundle(publisher, alone, { catalogueOnly: true });
    assert.equal(contents, 'catalogue-only');
    const data = newSite(t);
    importBundle(data, alone);
    assert.equal(catalogues(data).currentId(), catalogues(publisher).currentId());
    assert.deepEqual(history(data), []);
    await assert.rejects(exportBundle(data, join(root, 'never.kbgap')), /2 are not kept there .*--catalogue-only/);
    assert.equal(existsSync(join(root, 'never.kbgap')), false);
  });

  it('goes without a document that was never held, and names it', async (t) => {
    const data = newSite(t);
    const alone = join(root, 'lent.kbgap');
    await exportBundle(publisher, alone, { catalogueOnly: true });
    importBundle(data, alone);
    await imports(data, [june]);
    const half = join(root, 'half.kbgap');
    const { documents, withoutDocument } = await exportBundle(data, half);
    assert.deepEqual([documents, withoutDocument], [1, ['2020-Mar', '2020-Apr']]);
    const again = join(root, 'half-again.kbgap');
    await exportBundle(data, again);
    assert.deepEqual(readFileSync(again), readFileSync(half));
    assert.deepEqual(verifyBundle(half).manifest.withoutDocument, withoutDocument);
    const site = newSite(t);
    const key = new KeyFolder(data).ensure().publicKey;
    assert.deepEqual(importBundle(site, half, { key }).bundle.withoutDocument, withoutDocument);
    assert.equal(catalogues(site).currentId(), catalogues(data).currentId());
    assert.deepEqual(history(site), history(data));
    assert.deepEqual((await verifyFolder(site)).problems, []);
    assert.deepEqual((await exportBundle(site, join(root, 'onward.kbgap'))).withoutDocument, withoutDocument);
  });

  it('is not made where a document that was kept is lost', async (t) => {
    const data = newSite(t);
    await imports(data, [march, june]);
    const { documentFolder } = catalogues(data);
    const [lost] = new DocumentHistory(documentFolder).list();
    rmSync(new DocumentHistory(documentFolder).findFile(lost?.hash ?? '')?.path ?? '');
    await assert.rejects(exportBundle(data, join(root, 'never.kbgap')), /but 1 are not kept there \(2020-Mar …\)/);
  });

  it('has a signature beside it that holds for the whole file, and keys for their owner alone', () => {
    assert.match(readFileSync(`${file}.minisig`, 'utf8'), /^untrusted comment: .*\nRU/);
    if (process.platform === 'win32') return;
    assert.equal(statSync(join(publisher, 'keys', 'bundle.key')).mode & 0o777, 0o600);
    assert.equal(statSync(join(publisher, 'keys')).mode & 0o777, 0o700);
    assert.equal(statSync(publisher).mode & 0o777, 0o700);
  });
});

describe('a bundle that was changed', () => {
  it('is refused, wherever a byte is flipped', (t) => {
    const whole = readFileSync(file);
    const target = join(temporaryFolder(t), 'changed.kbgap');
    const refused = (bytes: Uint8Array): void => {
      writeFileSync(target, bytes);
      assert.throws(
        () => verifyBundle(target),
        (error: Error & { code?: unknown }) => {
          assert.equal(error.code, 'bundle-unreadable');
          return error.message.startsWith(`${target}: `);
        },
      );
    };
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ bits;
        refused(bytes);
      }),
      { numRuns: 400 },
    );
    // The head is small and made of text: every byte of it, by the bits that text hides changes in.
    for (let at = 0; at < 700; at += 1) {
      for (const bits of [1, 32]) {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ bits;
        refused(bytes);
      }
    }
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(40), (at, count) => {
        refused(whole.subarray(0, at));
        refused(Buffer.concat([whole, whole.subarray(at, at + count + 1)]));
        refused(Buffer.concat([whole.subarray(0, at), Buffer.from(' \r\n'.repeat(count + 1)), whole.subarray(at)]));
      }),
      { numRuns: 60 },
    );
  });

  it('changes nothing in the folder it was to go into', (t) => {
    const data = newSite(t);
    importBundle(data, file);
    const whole = readFileSync(file);
    const files = (): readonly string[] => readdirSync(data, { recursive: true }).map(String).sort();
    const earlier = files();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (at) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ 4;
        const target = join(root, 'changed.kbgap');
        writeFileSync(target, bytes);
        assert.throws(() => importBundle(data, target));
      }),
      { numRuns: 40 },
    );
    assert.deepEqual(files(), earlier);
    assert.equal(catalogues(data).currentId(), catalogues(publisher).currentId());
  });
});

describe('a bundle that lies under a good signature', () => {
  const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024));
  const cases: readonly [
    says: string,
    change: (manifest: BundleManifest, stored: Uint8Array[]) => BundleManifest | void,
    message: RegExp,
  ][] = [
    [
      'a name outside the folder',
      (m) => withSection(m, 'feed', { name: 'feeds/../../x.kbfeed' }),
      /plain file name, got "feeds/,
    ],
    ['an absolute name', (m) => withSection(m, 'feed', { name: '/etc/passwd' }), /plain file name/],
    ['a name with a drive', (m) => withSection(m, 'feed', { name: 'C:\\x' }), /plain file name/],
    ['a backslash', (m) => withSection(m, 'feed', { name: 'feeds\\..\\x' }), /plain file name/],
    ['a hidden name', (m) => withSection(m, 'feed', { name: 'feeds/.ssh' }), /plain file name/],
    ['a name that Windows keeps', (m) => withSection(m, 'feed', { name: 'feeds/aux.kbfeed' }), /plain file name/],
    ['a name of a folder', (m) => withSection(m, 'feed', { name: 'feeds/epss' }), /plain file name/],
    ['a name in a folder', (m) => withSection(m, 'feed', { name: 'feeds/epss/a.kbfeed' }), /plain file name/],
    ['a file that is no kept feed', (m) => withSection(m, 'feed', { name: 'feeds/kev.json' }), /plain file name/],
    ['a day that is none', (m) => withSection(m, 'feed', { modifiedAt: '2026-02-31T10:00:00Z' }), /day in modifiedAt/],
    [
      'an hour that is none',
      (m) => withSection(m, 'feed', { modifiedAt: '2026-02-28T99:00:00Z' }),
      /expected modifiedAt/,
    ],
    [
      'a revision of no day',
      (m) => withSection(m, 'document', { revisedAt: '2026-13-01T00:00:00Z' }),
      /day in revisedAt/,
    ],
    ['seen on no day', (m) => withSection(m, 'document', { seenOn: '2026-02-30' }), /day in seenOn/],
    ['seen at no instant', (m) => withSection(m, 'document', { seenAt: 'soon' }), /expected seenAt/],
    ["a feed under another's name", (m) => withSection(m, 'feed', { name: 'feeds/csaf.kbfeed' }), /it holds epss/],
    ['junk as a feed', (m, stored) => withFeed(m, stored, Buffer.from('garbage')), /kept feed, but it does not begin/],
    [
      'a feed whose content is another than its head says',
      (m, stored) => withFeed(m, stored, feedOf(Buffer.from('garbage'))),
      /kept feed, but expected content of sha256:/,
    ],
    [
      'a feed of other records than its head says',
      (m, stored) => withFeed(m, stored, feedOf(undefined, { count: 7 })),
      /expected 7 records, got 20/,
    ],
    [
      'a feed of no date',
      (m, stored) => withFeed(m, stored, feedOf(undefined, { date: 'today' })),
      /does not say of when/,
    ],
    ['__proto__ as a name', (m) => withSection(m, 'feed', { name: '__proto__' }), /plain file name/],
    [
      "a document under another's name",
      (m) => withSection(m, 'document', { name: `documents/${'0'.repeat(64)}` }),
      /own hash/,
    ],
    ['a document of no id', (m) => withSection(m, 'document', { id: '../x' }), /expected id/],
    [
      'one name twice',
      (m, stored) => {
        const [feed] = m.sections.slice(-1);
        assert.ok(feed !== undefined);
        stored.push(stored.at(-1) ?? new Uint8Array());
        return { ...m, sections: [...m.sections, { ...feed, name: feed.name }] };
      },
      /each name once/,
    ],
    [
      'sections in another order',
      (m, stored) => {
        stored.reverse();
        return { ...m, sections: m.sections.toReversed() };
      },
      /section/,
    ],
    ['stored bytes swapped', (_, stored) => void stored.push(...stored.splice(1, 1)), /stored bytes of sha256/],
    ['more bytes than it stores', (m) => withSection(m, 'feed', { storedBytes: 5000 }), /expected a file of/],
    ['fewer', (m) => withSection(m, 'feed', { storedBytes: 5 }), /expected a file of/],
    ['a negative size', (m) => withSection(m, 'feed', { storedBytes: -5 }), /expected storedBytes from 0/],
    ['a size too small', (m) => withSection(m, 'feed', { sizeBytes: 5 }), /packed section of 5 bytes/],
    ['a size too large', (m) => withSection(m, 'feed', { sizeBytes: 5000 }), /expected 5000 bytes, got/],
    ['a size beyond all limits', (m) => withSection(m, 'feed', { sizeBytes: 1e12 }), /expected sizeBytes from 0/],
    ['another hash', (m) => withSection(m, 'feed', { sha256: 'a'.repeat(64) }), /expected sha256 a+, got/],
    ['another base', (m) => withSection(m, 'document', { base: 'a'.repeat(64) }), /not the section before/],
    [
      'a decompression bomb',
      (m, stored) => {
        stored[stored.length - 1] = bomb;
        return withSection(m, 'feed', { storedBytes: bomb.length, storedSha256: hash('sha256', bomb) });
      },
      /packed section of \d+ bytes/,
    ],
    [
      'another catalogue id',
      (m) => ({ ...m, catalogue: { ...m.catalogue, id: `sha256:${'a'.repeat(64)}` } }),
      /expected the catalogue .*a{64}/,
    ],
    [
      'another count of documents',
      (m) => ({ ...m, catalogue: { ...m.catalogue, documents: 3 } }),
      /"documents":3.*got .*"documents":2/,
    ],
    [
      'another date',
      (m) => ({ ...m, catalogue: { ...m.catalogue, currentTo: '2030-01-01T00:00:00Z' } }),
      /2030-01-01T00:00:00Z.*got/,
    ],
    [
      'fewer documents than the catalogue has',
      (m, stored) => {
        stored.splice(1, 1);
        return { ...m, sections: m.sections.toSpliced(1, 1) };
      },
      /every document of the catalogue, but 2020-Apr/,
    ],
    [
      'a document named as absent that is there',
      (m) => ({ ...m, withoutDocument: ['2020-Apr'] }),
      /the 0 documents of the catalogue that are not in it to be named, got 2020-Apr/,
    ],
    [
      'absent documents named by what is no id',
      (m) => ({ ...m, withoutDocument: ['../2020-Apr'] }),
      /list of ids of documents in withoutDocument, got \["\.\.\/2020-Apr"\]/,
    ],
    ['documents in a catalogue-only one', (m) => ({ ...m, contents: 'catalogue-only' }), /the catalogue alone/],
    [
      'no catalogue',
      (m, stored) => {
        stored.shift();
        return { ...m, sections: m.sections.slice(1) };
      },
      /catalogue\.kbcat as the first section/,
    ],
    [
      'no catalogue in the catalogue',
      (m, stored) => {
        const text = Buffer.from('no catalogue');
        stored[0] = text;
        const facts = {
          sizeBytes: 12,
          storedBytes: 12,
          sha256: hash('sha256', text),
          storedSha256: hash('sha256', text),
        };
        return withSection(m, 'catalogue', facts);
      },
      /expected a compiled catalogue/,
    ],
  ];
  for (const [says, change, message] of cases) {
    it(`${says} is refused, and nothing is taken in`, (t) => {
      const data = newSite(t);
      const target = forge(join(root, 'forged.kbgap'), change);
      const named = (error: Error): boolean => error.message.startsWith(`${target}: `) && message.test(error.message);
      assert.throws(() => verifyBundle(target), named);
      assert.throws(() => importBundle(data, target), named);
      assert.equal(catalogues(data).currentId(), undefined);
      assert.deepEqual(readdirSync(join(data, '..')), ['data']);
    });
  }
});

describe('the key of a bundle', () => {
  it('that nobody named is refused with its id, and the ways to make it known', (t) => {
    const data = newSite(t, false);
    const { id } = openBundle(file).signer;
    assert.throws(() => importBundle(data, file), new RegExp(`by key ${id} .*--key .*catalog key trust`));
    assert.equal(existsSync(data), false, 'a refused import makes no folder');
  });

  it('may be named for once, be trusted, or be the own one', (t) => {
    const once = newSite(t, false);
    const { signer } = verifyBundle(file);
    importBundle(once, file, { key: signer });
    assert.throws(() => importBundle(once, file), /known key/, 'named once is not trusted for ever');
    new KeyFolder(once).trust(`${file}.pub`);
    importBundle(once, file);
    assert.deepEqual(
      new KeyFolder(once).list().map(({ id, origin }) => [id, origin]),
      [[signer.id, 'trusted']],
    );
    new KeyFolder(once).distrust(signer.id.toLowerCase());
    assert.throws(() => importBundle(once, file), /known key/);
    importBundle(publisher, file); // its own
  });

  it('of somebody else does not make it known', (t) => {
    const data = newSite(t, false);
    const key = new KeyFolder(join(temporaryFolder(t), 'other')).create();
    assert.throws(() => importBundle(data, file, { key }), /known key/);
  });

  it('is made once', (t) => {
    const keys = new KeyFolder(join(temporaryFolder(t), 'data'));
    const { id } = keys.create();
    assert.throws(() => keys.create(), new RegExp(`${id} is there already`));
    assert.equal(keys.ensure().publicKey.id, id);
  });
});

describe('a bundle beside what is held', () => {
  it('older than the catalogue held is refused with both dates, unless that is allowed', async (t) => {
    const data = newSite(t);
    await imports(data, [march, aprilRevised]);
    const held = catalogues(data).currentId();
    assert.throws(
      () => importBundle(data, file),
      /current to 2020-05-01T07:00:00Z.*one current to 2020-04-14T07:00:00Z/,
    );
    assert.equal(catalogues(data).currentId(), held);
    importBundle(data, file, { allowOlder: true });
    assert.equal(catalogues(data).currentId(), catalogues(publisher).currentId());
  });

  it('keeps documents that it lacks, and those of a later revision', async (t) => {
    const data = newSite(t);
    await imports(data, [marchBefore, { ...april, kbs: ['4550000'] }]);
    const later = join(root, 'later');
    cpSync(join(publisher, 'keys'), join(later, 'keys'), { recursive: true });
    await imports(later, [marchBefore, june]);
    await imports(data, [march]);
    const target = join(root, 'later.kbgap');
    await exportBundle(later, target);
    const result = importBundle(data, target);
    assert.deepEqual(heldIds(data), [
      '2020-Mar 2020-03-20T07:00:00Z',
      '2020-Apr 2020-04-14T07:00:00Z',
      '2020-Jun 2020-06-09T07:00:00Z',
    ]);
    assert.deepEqual(
      result.imported.map(({ id }) => id),
      ['2020-Jun'],
    );
    assert.equal(result.documentsHeld, 3);
    assert.deepEqual((await verifyFolder(data)).problems, []);
  });
});

describe('checking a data folder', () => {
  const cases: readonly [
    says: string,
    damage: (documents: string, data: string) => void,
    message: RegExp | undefined,
  ][] = [
    ['nothing', () => {}, undefined],
    [
      'a document of other bytes',
      (d) => writeFileSync(firstOf(d), zstdCompressSync(Buffer.from('x'))),
      /expected .*got bytes of sha256:/,
    ],
    ['a cut document', (d) => writeFileSync(firstOf(d), readFileSync(firstOf(d)).subarray(0, 50)), /whole zstd file/],
    [
      'a line of the history without its document',
      (d) =>
        appendFileSync(
          join(d, 'seen.jsonl'),
          `{"hash":"sha256:${'b'.repeat(64)}","id":"2020-May","revisedAt":"2020-05-01T00:00:00Z","seenOn":"2020-05-01"}\n`,
        ),
      /2020-May .*got none/,
    ],
    ['a damaged catalogue', (_, data) => damageCatalogue(data), /damaged/],
    [
      'a private key that others can read',
      (_, data) =>
        writeFileSync(join(data, 'keys', 'bundle.key'), readFileSync(join(publisher, 'keys', 'bundle.key')), {
          mode: 0o644,
        }),
      /owner alone/,
    ],
  ];
  for (const [says, damage, message] of cases) {
    it(`finds ${says}`, { skip: process.platform === 'win32' && says.includes('key') }, async (t) => {
      const data = newSite(t);
      importBundle(data, file);
      damage(catalogues(data).documentFolder, data);
      const { problems } = await verifyFolder(data);
      if (message === undefined) assert.deepEqual(problems, []);
      else assert.match(problems.join('\n'), message);
    });
  }

  it('finds a catalogue that its documents do not give', async (t) => {
    const data = newSite(t);
    importBundle(data, file);
    const folder = catalogues(data);
    const { head, columns } = folder.loadCurrent().catalogue.compiled;
    const other = packCatalogue({ head: { ...head, productNames: ['Windows 95'] }, columns });
    folder.swapIn(other.id, other.bytes);
    assert.match((await verifyFolder(data)).problems.join('\n'), new RegExp(`catalogue ${other.id} to give it again`));
  });
});

describe('an import that is killed', () => {
  it('leaves the catalogue of before or the new one, whole, and can be done again', { timeout: 60_000 }, async (t) => {
    const large = join(root, 'large');
    cpSync(join(publisher, 'keys'), join(large, 'keys'), { recursive: true });
    const note = randomBytes(2_000_000).toString('base64');
    await imports(
      large,
      Array.from({ length: 6 }, (_, index) => ({ ...june, id: `202${index}-Jun`, note: `${index}${note}` })),
    );
    const target = join(root, 'large.kbgap');
    await exportBundle(large, target);
    const data = newSite(t);
    importBundle(data, file);
    for (const waitMs of [5, 20, 50, 90, 140, 200]) {
      const child = fork(fileURLToPath(new URL('./import-until-killed.ts', import.meta.url)), [data, target, file]);
      await once(child, 'message');
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      const { catalogue } = catalogues(data).loadCurrent();
      assert.ok(catalogue.id === catalogues(data).currentId());
      assert.ok(heldIds(data).length >= 2 && catalogue.kbs.length >= 3, 'no half catalogue');
    }
    importBundle(data, file, { allowOlder: true });
    importBundle(data, target);
    assert.equal(heldIds(data).length, 8);
    assert.deepEqual((await verifyFolder(data)).problems, []);
    assert.equal(existsSync(join(data, '.incoming-feeds')), false);
  });
});

function firstOf(documents: string): string {
  const [first = ''] = readdirSync(documents)
    .filter((name) => name.endsWith('.zst'))
    .sort();
  return join(documents, first);
}

function damageCatalogue(data: string): void {
  const [name = ''] = readdirSync(join(data, 'catalogue')).filter((each) => each.endsWith('.kbcat'));
  const path = join(data, 'catalogue', name);
  const bytes = readFileSync(path);
  bytes[bytes.length - 8] = (bytes[bytes.length - 8] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
