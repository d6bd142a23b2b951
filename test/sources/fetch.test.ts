import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HttpOptions } from '../../src/sources/http/fetch-bytes.ts';
import { FetchError } from '../../src/sources/http/fetch-error.ts';
import { fetchDocument, fetchDocumentList } from '../../src/sources/msrc-cvrf/fetch.ts';
import { readDocument } from '../../src/sources/msrc-cvrf/read-document.ts';
import { parseReleaseId } from '../../src/terms/release-id.ts';
import { madeUpDocument } from '../support/published-documents.ts';
import { Publisher } from '../support/publisher.ts';
import type { Misbehaviour } from '../support/publisher.ts';

const june = madeUpDocument({ month: 'Jun' });
const may = madeUpDocument({ month: 'May' });
const id = parseReleaseId('2026-Jun');

/** Waits nothing, and remembers what it should have waited. */
function options(waits: number[] = [], requestTimeoutMs = 60_000): HttpOptions {
  return {
    userAgent: 'kbgap-test',
    limits: { attempts: 3, requestTimeoutMs },
    timing: {
      now: () => new Date('2026-07-01T00:00:00Z'),
      random: () => 0,
      sleep: async (ms) => void waits.push(ms),
    },
  };
}

describe('fetching from a publisher', () => {
  it('reads the list, with dates as documents have them', async (t) => {
    const { url } = await Publisher.start(t, [june, may]);
    const { documents, unreadable } = await fetchDocumentList({ baseUrl: url, http: options() });
    assert.deepEqual(unreadable, []);
    assert.deepEqual(documents, [
      { id: '2026-Jun', currentReleaseAt: '2026-06-09T07:00:00Z' },
      { id: '2026-May', currentReleaseAt: '2026-05-12T07:00:00Z' },
    ]);
  });

  it('takes JSON, or XML where there is no other, and asks again only whether it still stands', async (t) => {
    const publisher = await Publisher.start(t, [june]);
    const from = { baseUrl: publisher.url, http: options() };
    const read = [];
    for (const formats of ['both', 'xml'] as const) {
      publisher.formats = formats;
      const answer = await fetchDocument(from, id, undefined);
      assert.equal(answer.kind, 'body');
      if (answer.kind !== 'body') return;
      const again = await fetchDocument(from, id, answer.validators);
      assert.equal(again.kind, 'not-modified');
      read.push({ ...readDocument('document', answer.bytes).document, hash: '', products: [] });
    }
    assert.deepEqual(read[0], read[1]);
  });

  const failures: readonly [says: string, how: Misbehaviour, message: RegExp, attempts: number][] = [
    ['500 for ever', { kind: 'status', status: 500 }, /2026-Jun: expected the document 2026-Jun, got status 500/, 3],
    ['nothing there', { kind: 'status', status: 404 }, /got status 404/, 1],
    ['refused', { kind: 'status', status: 403 }, /got status 403/, 1],
    ['a page of a portal', { kind: 'content-type', type: 'text/html' }, /got content of type text\/html/, 1],
    ['a body that is cut', { kind: 'cut' }, /expected the document 2026-Jun, got /, 3],
    ['a gzip stream that is cut', { kind: 'cut-packed', encoding: 'gzip' }, /got unexpected end of file/, 3],
    ['a brotli stream that is cut', { kind: 'cut-packed', encoding: 'br' }, /got unexpected end of file/, 3],
    ['rate limited for an hour', { kind: 'status', status: 429, retryAfter: '3600' }, /be asked again in 3600 s/, 1],
    ['an answer that never comes', { kind: 'hang' }, /within 0\.1 s, got no whole answer/, 3],
    ['a body too slow', { kind: 'slow', pieces: 50, pauseMs: 20 }, /within 0\.1 s, got no whole answer/, 3],
    ['redirects in a ring', { kind: 'redirect-loop' }, /redirect count exceeded/, 1],
    ['a bomb', { kind: 'huge', bytes: 130 * 1024 * 1024 }, /at most 134217728 bytes, got more/, 1],
  ];
  for (const [says, how, message, attempts] of failures) {
    it(`${says}: a clear error after ${attempts} attempts`, async (t) => {
      const publisher = await Publisher.start(t, [june]);
      publisher.misbehave('2026-Jun', how);
      const waits: number[] = [];
      const short = how.kind === 'hang' || how.kind === 'slow' ? 100 : 60_000;
      const failing = fetchDocument({ baseUrl: publisher.url, http: options(waits, short) }, id, undefined);
      await assert.rejects(failing, (error) => {
        assert.ok(error instanceof FetchError, String(error));
        assert.match(error.message, message);
        return true;
      });
      assert.equal(waits.length, attempts - 1);
    });
  }

  it('waits as long as 429 asks, then goes on', async (t) => {
    const publisher = await Publisher.start(t, [june]);
    publisher.misbehave('2026-Jun', { kind: 'status', status: 429, retryAfter: '17' }, 1);
    const waits: number[] = [];
    const answer = await fetchDocument({ baseUrl: publisher.url, http: options(waits) }, id, undefined);
    assert.equal(answer.kind, 'body');
    assert.deepEqual(waits, [17_000]);
  });

  for (const how of [{ kind: 'cut' }, { kind: 'cut-packed', encoding: 'gzip' }, { kind: 'truncated' }] as const) {
    it(`a list that came ${how.kind} is asked for again at once`, async (t) => {
      const publisher = await Publisher.start(t, [june]);
      publisher.misbehave('updates', how, 1);
      const { documents } = await fetchDocumentList({ baseUrl: publisher.url, http: options() });
      assert.deepEqual([documents.length, publisher.takeRequests()], [1, ['updates', 'updates']]);
    });
  }

  it('a document whose gzip stream was cut is asked for again at once', async (t) => {
    const publisher = await Publisher.start(t, [june]);
    publisher.misbehave('2026-Jun', { kind: 'cut-packed', encoding: 'gzip' }, 1);
    const answer = await fetchDocument({ baseUrl: publisher.url, http: options() }, id, undefined);
    assert.ok(answer.kind === 'body' && Buffer.from(answer.bytes).equals(june.json()));
  });

  const dates = ['2026-06-09T07:00:00Z', '2026-07-04T08:00:00Z', '2026-06-30T07:00:00'] as const;
  for (const order of [dates, dates.toReversed(), [dates[1], dates[0], dates[2]]]) {
    it(`of one document listed as of ${order.join(', ')} the latest date stands`, async (t) => {
      const publisher = await Publisher.start(t, [june]);
      const value = order.map((CurrentReleaseDate, index) => ({
        ID: index === 1 ? '2026-JUN' : '2026-Jun',
        CurrentReleaseDate,
      }));
      publisher.useList(Buffer.from(JSON.stringify({ value })));
      const { documents } = await fetchDocumentList({ baseUrl: publisher.url, http: options() });
      assert.deepEqual(
        documents.map(({ currentReleaseAt }) => currentReleaseAt),
        ['2026-07-04T08:00:00Z'],
      );
    });
  }

  const lists: readonly [says: string, list: string][] = [
    ['text', 'hello'],
    ['other JSON', '{"documents":[]}'],
    ['an empty list', '{"value":[]}'],
    ['a list of something else', '{"value":[{"ID":"june"},7]}'],
  ];
  for (const [says, list] of lists) {
    it(`${says} is no list of documents`, async (t) => {
      const publisher = await Publisher.start(t, [june]);
      publisher.useList(Buffer.from(list));
      await assert.rejects(
        fetchDocumentList({ baseUrl: publisher.url, http: options() }),
        /updates: expected the list/,
      );
    });
  }

  it('leaves out entries that are none, and names them', async (t) => {
    const publisher = await Publisher.start(t, [june]);
    const value = [{ ID: '2026-Jun', CurrentReleaseDate: '2026-06-09T07:00:00' }, { ID: 'June' }, null];
    publisher.useList(Buffer.from(JSON.stringify({ value })));
    const list = await fetchDocumentList({ baseUrl: publisher.url, http: options() });
    assert.deepEqual(list, {
      documents: [{ id: '2026-Jun', currentReleaseAt: '2026-06-09T07:00:00Z' }],
      unreadable: ['{"ID":"June"}', 'null'],
    });
  });
});
