import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { Corrections } from '../../src/catalogue/corrections.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { FeedFileError } from '../../src/operations/feed-file-error.ts';
import { FeedFolder } from '../../src/operations/feed-folder.ts';
import { feedStatus } from '../../src/operations/feed-status.ts';
import { importFeeds } from '../../src/operations/import-feeds.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { advisoryXml } from '../support/advisory-xml.ts';
import { mutations } from '../support/mutations.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-07-01T08:00:00Z');
const later = new Date('2026-07-02T08:00:00Z');

function fixture(feed: string, name: string): string {
  return fileURLToPath(new URL(`../../src/sources/${feed}/fixtures/${name}`, import.meta.url));
}

/** Some hundred megabytes that begin like a feed, in a few hundred kilobytes. */
function bombOf(start: string): Uint8Array {
  return gzipSync(Buffer.concat([Buffer.from(start), Buffer.alloc(100 * 1024 * 1024, 0x20)]), { level: 1 });
}

const kevJson = fixture('cisa-kev', 'known_exploited_vulnerabilities.json');
const kevCsv = fixture('cisa-kev', 'known_exploited_vulnerabilities.csv');
const epssCsv = fixture('epss', 'epss_scores-2026-06-30.csv');

describe('feeds in a data folder', () => {
  it('are taken from files and folders by content, gzip too, and leave the others alone', async (t) => {
    const folder = temporaryFolder(t);
    copyFileSync(kevJson, join(folder, 'a.json'));
    writeFileSync(join(folder, 'b.csv.gz'), gzipSync(readFileSync(epssCsv)));
    writeFileSync(join(folder, 'c.xml'), '<cvrf:cvrfdoc/>');
    writeFileSync(join(folder, 'd.csv'), 'name,price\n');
    const feeds = new FeedFolder(join(folder, 'data'));
    const result = await importFeeds(feeds, [folder], { now });
    assert.deepEqual(
      result.feeds.map(({ feed, records, setAside }) => [feed, records, setAside]),
      [
        ['epss', 4, 0],
        ['cisa-kev', 3, 1],
      ],
    );
    assert.deepEqual(result.others, [join(folder, 'c.xml')]);
    assert.deepEqual(readdirSync(feeds.folder).sort(), ['cisa-kev.kbfeed', 'epss.kbfeed']);
    assert.equal(feeds.load('epss')?.date, '2026-06-30');
    assert.equal(feeds.load('cisa-kev')?.data.entries.length, 3);
  });

  it('are taken from archives, beside documents and what is neither', async (t) => {
    const folder = temporaryFolder(t);
    const mixed = join(folder, 'all.zip');
    const only = join(folder, 'only.zip');
    const march = advisoryXml({ id: '2020-Mar', revisedAt: '2020-03-10T07:00:00Z', kbs: ['4540673'] });
    writeFileSync(
      mixed,
      zipSync({
        'feeds/': new Uint8Array(),
        'feeds/kev': readFileSync(kevJson),
        'documents/march.xml': strToU8(march),
        'notes.txt': strToU8('feeds of June'),
      }),
    );
    writeFileSync(only, zipSync({ 'scores.csv.gz': gzipSync(readFileSync(epssCsv)), 'readme.html': strToU8('<p>') }));
    const feeds = new FeedFolder(join(folder, 'data'));
    const result = await importFeeds(feeds, [folder], { now });
    assert.deepEqual(
      result.feeds.map(({ feed, source }) => [feed, source]),
      [
        ['epss', `${only}!scores.csv.gz`],
        ['cisa-kev', `${mixed}!feeds/kev`],
      ],
    );
    assert.deepEqual([result.refused, result.others], [[], [mixed]]);
    const imported = await importCatalogue(
      new CatalogueFolder(join(folder, 'data'), new Corrections([])),
      result.others,
      { now },
    );
    assert.deepEqual(
      [imported.imported.map(({ source }) => source), imported.refused],
      [[`${mixed}!documents/march.xml`], []],
    );
  });

  const badArchives: readonly [says: string, entries: Readonly<Record<string, Uint8Array>>, reason: RegExp][] = [
    ['a feed that is cut', { 'kev.json': readFileSync(kevJson).subarray(0, 300) }, /kev\.json: .*no JSON/],
    [
      'a feed that unpacks to too much',
      { 'a.csv.gz': bombOf('#model_version:v1\n') },
      /a\.csv\.gz: .*at most 67108864 bytes/,
    ],
    [
      'a feed larger than any',
      { 'a.csv': Buffer.alloc(65 * 1024 * 1024, '#model_version:v1\n') },
      /a\.csv: unpacks to/,
    ],
  ];
  for (const [says, entries, reason] of badArchives) {
    it(`of an archive: ${says} costs itself`, async (t) => {
      const folder = temporaryFolder(t);
      const archive = join(folder, 'feeds.zip');
      writeFileSync(archive, zipSync({ ...entries, 'scores.csv': readFileSync(epssCsv) }));
      const { feeds, refused, others } = await importFeeds(new FeedFolder(folder), [archive], { now });
      assert.deepEqual(
        feeds.map(({ feed }) => feed),
        ['epss'],
      );
      assert.equal(refused.length, 1);
      assert.match(`${refused[0]?.source}: ${refused[0]?.reason}`, reason);
      assert.deepEqual(others, []);
    });
  }

  it('of an archive changed anywhere: read, refused or left, and what is held stays readable', async (t) => {
    const folder = temporaryFolder(t);
    const archive = join(folder, 'feeds.zip');
    const whole = Buffer.from(zipSync({ 'kev.json': readFileSync(kevJson), 'scores.csv': readFileSync(epssCsv) }));
    const feeds = new FeedFolder(folder);
    await fc.assert(
      fc.asyncProperty(mutations, async (change) => {
        writeFileSync(archive, change.apply(whole));
        const result = await importFeeds(feeds, [archive], { now });
        for (const { source } of [...result.feeds, ...result.refused]) assert.ok(source.startsWith(archive), source);
        for (const { feed } of feeds.list()) assert.ok(feeds.load(feed) !== undefined);
      }),
      { numRuns: 100 },
    );
  });

  it('of an archive that is none, or holds neither: left to whom reads documents', async (t) => {
    const folder = temporaryFolder(t);
    const names = ['none.zip', 'neither.zip'].map((name) => join(folder, name));
    writeFileSync(names[0] ?? '', 'PK\u0003\u0004 and then nothing');
    writeFileSync(names[1] ?? '', zipSync({ 'a.txt': strToU8('x') }));
    const { feeds, refused, others } = await importFeeds(new FeedFolder(folder), names, { now });
    assert.deepEqual([feeds, refused, others], [[], [], [...names].sort()]);
  });

  it('keep the day they were first seen, and the same content gives the same file', async (t) => {
    const feeds = new FeedFolder(temporaryFolder(t));
    await importFeeds(feeds, [kevJson], { now });
    const before = readFileSync(join(feeds.folder, 'cisa-kev.kbfeed'));
    const again = await importFeeds(feeds, [kevJson], { now: later });
    assert.equal(again.feeds[0]?.changed, false);
    assert.deepEqual(readFileSync(join(feeds.folder, 'cisa-kev.kbfeed')), before);
    assert.equal(feeds.find('cisa-kev')?.firstSeenAt, now.toISOString());
  });

  it('are refused where they are dated in the future, whatever is held and allowed', async (t) => {
    const folder = temporaryFolder(t);
    const feeds = new FeedFolder(join(folder, 'data'));
    const text = readFileSync(kevJson, 'utf8');
    const dated = (day: string): string => {
      const file = join(folder, `${day}.json`);
      writeFileSync(file, text.replace(/"dateReleased": *"[^"]*"/, `"dateReleased": "${day}T14:00:00.0Z"`));
      return file;
    };
    for (const allowOlder of [false, true]) {
      const { refused } = await importFeeds(feeds, [dated('2099-06-30')], { now, allowOlder });
      assert.match(refused[0]?.reason ?? '', /dated 2099-06-30T14:00:00Z, which is to come/);
      assert.equal(feeds.find('cisa-kev'), undefined);
    }
    assert.deepEqual((await importFeeds(feeds, [dated('2026-07-02')], { now })).refused, [], 'clocks differ');
    // One that an earlier version took does not keep the real ones out.
    await importFeeds(feeds, [dated('2030-01-01')], { now: new Date('2030-01-02T00:00:00Z') });
    assert.deepEqual((await importFeeds(feeds, [dated('2026-07-01')], { now })).refused, []);
    assert.equal(feeds.find('cisa-kev')?.date, '2026-07-01T14:00:00Z');
  });

  it('may have been seen long ago', async (t) => {
    const feeds = new FeedFolder(temporaryFolder(t));
    await importFeeds(feeds, [kevJson], { now, seenAt: new Date('2020-01-01T00:00:00Z') });
    assert.equal(feeds.find('cisa-kev')?.firstSeenAt, '2020-01-01T00:00:00.000Z');
  });

  it('are never replaced by an older state, unless told', async (t) => {
    const feeds = new FeedFolder(temporaryFolder(t));
    await importFeeds(feeds, [kevJson], { now });
    const refused = await importFeeds(feeds, [kevCsv], { now });
    assert.match(refused.refused[0]?.reason ?? '', /of 2022-03-25, the held one of 2026-06-30T14:00:12Z stays/);
    assert.equal(feeds.find('cisa-kev')?.count, 3);
    await importFeeds(feeds, [kevCsv], { now, allowOlder: true });
    assert.equal(feeds.find('cisa-kev')?.count, 2);
  });

  it('are never replaced by a collapsed state, unless told', async (t) => {
    const folder = temporaryFolder(t);
    const feeds = new FeedFolder(join(folder, 'data'));
    await importFeeds(feeds, [epssCsv], { now });
    const small = join(folder, 'small.csv');
    writeFileSync(
      small,
      '#model_version:v2025.03.14,score_date:2026-07-01T00:00:00+0000\ncve,epss,percentile\nCVE-2020-0645,0.1,0.2\n',
    );
    const { refused } = await importFeeds(feeds, [small], { now });
    assert.match(refused[0]?.reason ?? '', /1 records where the held one has 4/);
    assert.equal(feeds.find('epss')?.date, '2026-06-30');
  });

  it('of several states in one folder the newest is kept, whatever its name', async (t) => {
    const folder = temporaryFolder(t);
    copyFileSync(kevJson, join(folder, 'a.json'));
    copyFileSync(kevCsv, join(folder, 'z.csv'));
    const feeds = new FeedFolder(join(folder, 'data'));
    assert.deepEqual((await importFeeds(feeds, [folder], { now })).refused, []);
    assert.equal(feeds.find('cisa-kev')?.count, 3);
  });

  it('that are damaged are an error that names the file, and `unreadable` where they are listed', async (t) => {
    const feeds = new FeedFolder(temporaryFolder(t));
    await importFeeds(feeds, [kevJson, epssCsv], { now });
    const file = join(feeds.folder, 'epss.kbfeed');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 3));
    assert.throws(
      () => feeds.load('epss'),
      (error: unknown) => error instanceof FeedFileError && error.message.includes(file),
    );
    writeFileSync(file, 'something else');
    const states = new Map(feedStatus(feeds).map(({ feed, state }) => [feed, state]));
    assert.equal(states.get('epss'), 'unreadable');
    assert.equal(states.get('cisa-kev'), 'held');
    await importFeeds(feeds, [epssCsv], { now });
    assert.equal(feeds.load('epss')?.date, '2026-06-30', 'and the next import takes their place');
  });

  const damages: readonly [says: string, damage: (bytes: Buffer) => Uint8Array][] = [
    ['a byte of its content', (bytes) => bytes.with(-9, (bytes.at(-9) ?? 0) ^ 4)],
    ['its end', (bytes) => bytes.subarray(0, -3)],
    ['all but its head', (bytes) => bytes.subarray(0, 12 + bytes.readUInt32LE(8))],
  ];
  for (const [says, damage] of damages) {
    it(`of which ${says} is lost are not held, and the same state again puts that right`, async (t) => {
      const feeds = new FeedFolder(temporaryFolder(t));
      await importFeeds(feeds, [epssCsv], { now });
      const file = join(feeds.folder, 'epss.kbfeed');
      const whole = readFileSync(file);
      writeFileSync(file, damage(whole));
      for (const folder of [feeds, new FeedFolder(join(feeds.folder, '..'))]) {
        assert.equal(feedStatus(folder).find(({ feed }) => feed === 'epss')?.state, 'unreadable');
        assert.equal(folder.findReadable('epss'), undefined);
      }
      await importFeeds(feeds, [epssCsv], { now });
      assert.deepEqual(readFileSync(file), whole);
      assert.equal(feeds.find('epss')?.date, '2026-06-30');
    });
  }
});
