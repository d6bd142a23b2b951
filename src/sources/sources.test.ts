import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DocumentError } from './document-error.ts';
import { feedSources, recogniseFeed } from './sources.ts';
import type { FeedSource } from './source.ts';

// The contract of every feed: told by content, read strictly where it matters, kept compactly, never a crash.

interface Fixture {
  readonly source: FeedSource;
  readonly name: string;
  readonly bytes: Buffer;
}

const fixtures: readonly Fixture[] = feedSources.flatMap((source) => {
  const folder = new URL(`./${source.name}/fixtures/`, import.meta.url);
  const names = readdirSync(folder).filter((name) => name !== 'ORIGIN.md');
  return names.map((name) => ({ source, name, bytes: readFileSync(new URL(name, folder)) }));
});

const cvrf = [
  '<?xml version="1.0"?><cvrf:cvrfdoc xmlns:cvrf="http://www.icasi.org/CVRF/schema/cvrf/1.1">',
  '{"DocumentTitle":{"Value":"March 2020 Security Updates"},"DocumentTracking":{},"ProductTree":{},"Vulnerability":[{"CVE":"CVE-2020-0001","CVSSScoreSets":[]}]}',
  '{"schema":"kbgap-inventory/1","os":{"build":"10.0.26100.1"}}',
  '',
];

for (const source of feedSources) {
  describe(`feed ${source.name}`, () => {
    const own = fixtures.filter((fixture) => fixture.source === source);

    it('has a fixture, and says where it is from', () => {
      assert.ok(own.length > 0);
      assert.ok(readFileSync(new URL(`./${source.name}/fixtures/ORIGIN.md`, import.meta.url)).length > 20);
    });

    it('is told by content, and takes nothing else for its own', () => {
      for (const fixture of fixtures)
        assert.equal(recogniseFeed(fixture.bytes.toString().slice(0, 65_536))?.name, fixture.source.name, fixture.name);
      for (const text of cvrf) assert.equal(source.recognises(text), false, text);
    });

    for (const { name, bytes } of own) {
      it(`reads ${name}: a date, records, the same every time`, async () => {
        const feed = await source.read(name, bytes);
        assert.match(feed.date, /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$/);
        assert.ok(source.count(feed.data) > 0);
        assert.deepEqual(await source.read(name, Buffer.from(bytes)), feed);
        assert.deepEqual(
          await source.read(name, Buffer.concat([Buffer.from('\ufeff'), bytes])),
          feed,
          'with a byte-order mark',
        );
      });

      it(`keeps ${name}: what is unpacked is what was packed`, async () => {
        const { data } = await source.read(name, bytes);
        const packed = source.pack(data);
        assert.deepEqual(source.unpack(packed), data);
        assert.deepEqual(Buffer.from(source.pack(source.unpack(packed))), Buffer.from(packed));
        assert.throws(() => source.unpack(packed.subarray(0, packed.length - 1)));
      });

      it(`joined with itself, ${name} stays what it is`, async () => {
        const feed = await source.read(name, bytes);
        assert.deepEqual(source.combine(feed, feed).data, feed.data);
      });

      it(`${name}, cut, flipped, spliced or repeated, is read or refused by name`, async () => {
        await fc.assert(
          fc.asyncProperty(mutation(bytes), async (mutated) => {
            try {
              const feed = await source.read('feed-file', mutated);
              assert.match(feed.date, /^\d{4}-\d\d-\d\d/);
              assert.ok(source.count(feed.data) > 0);
            } catch (error) {
              assert.ok(error instanceof DocumentError, error instanceof Error ? error.stack : String(error));
              assert.match(error.message, /^feed-file: /);
            }
          }),
          { numRuns: 300 },
        );
      });
    }

    it('refuses what is not its own, naming the file and what was expected', async () => {
      for (const text of ['', 'hello', '{}', '[]', 'null', '<a/>', '\0\0\0', '{'.repeat(10_000), '['.repeat(10_000)]) {
        await assert.rejects(
          source.read('some-file', Buffer.from(text)),
          (error: unknown) => error instanceof DocumentError && error.message.startsWith('some-file: '),
          text.slice(0, 10),
        );
      }
    });
  });
}

describe('what only looks like a feed', () => {
  const many = 3_000_000;
  const bombs: readonly [says: string, text: string][] = [
    ['tags that never end', `<html>release information${'<td '.repeat(many)}`],
    ['tables in tables', `<html>release information${'<table><tr><td>'.repeat(many / 10)}`],
    ['rows without end', `<html>release information<table>${'<tr>'.repeat(many)}`],
    ['cells without end', `<html>release information<table><tr>${'<td>'.repeat(many)}`],
    ['comments that never end', `<html>release information${'<!--'.repeat(many)}`],
    ['elements in elements', `<feed xmlns="http://www.w3.org/2005/Atom"><title>Windows</title>${'<a>'.repeat(many)}`],
    [
      'entities in entities',
      '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><feed><title>Windows &b;</title></feed>',
    ],
    ['elements of other kinds in elements', `<html>release information${'<b>'.repeat(many)}`],
    ['end tags that nothing opened', `<html>release information${'<i>'.repeat(150)}${'</b>'.repeat(many)}`],
    ['attributes without end', `<html>release information<table ${'a b="c" '.repeat(many)}>`],
    ['entities without end', `<html>release information<table><tr><td>${'&amp;'.repeat(many)}`],
    ['a row of commas', `cveID,dateAdded\n${','.repeat(many)}`],
    ['a quote that is not closed', `cveID,dateAdded\n"${'a'.repeat(many)}`],
    ['quotes in quotes', `cveID,dateAdded\n${'"'.repeat(many)}`],
    ['quotes that close in the middle', `cveID,dateAdded\n${'"a"b'.repeat(many / 10)}`],
    ['rows of a quote', `cveID,dateAdded\n${'"a\n'.repeat(many)}`],
    ['comments alone', `cveID,dateAdded\n${'#\n'.repeat(many)}`],
    ['lists in lists', `{"csaf_version":"2.0","document":${'['.repeat(many)}`],
    ['a long line', `#model_version:v1,score_date:2026-06-30\ncve,epss,percentile\n${'x'.repeat(many)}`],
    ['lines that are no scores', `#model_version:v1,score_date:2026-06-30\ncve,epss,percentile\n${'x\n'.repeat(many)}`],
  ];
  for (const [says, text] of bombs) {
    it(`${says}: refused by every feed, soon`, async () => {
      const bytes = Buffer.from(text);
      for (const source of feedSources) {
        const start = performance.now();
        await assert.rejects(source.read('bomb', bytes), DocumentError, source.name);
        assert.ok(performance.now() - start < 10_000, source.name);
      }
    });
  }
});

/** Bytes of a fixture with one thing gone wrong. */
function mutation(bytes: Buffer): fc.Arbitrary<Buffer> {
  const place = fc.nat({ max: bytes.length });
  return fc.oneof(
    place.map((end) => bytes.subarray(0, end)),
    fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(([at, value]) => {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = value;
      return copy;
    }),
    fc
      .tuple(place, place)
      .map(([a, b]) => Buffer.concat([bytes.subarray(0, Math.min(a, b)), bytes.subarray(Math.max(a, b))])),
    fc.tuple(place, place).map(([a, b]) => Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)])),
    fc
      .tuple(place, fc.string({ maxLength: 40 }))
      .map(([at, text]) => Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)])),
  );
}
