import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { FeedFolder } from '../../src/operations/feed-folder.ts';
import { feedLimits, fetchFeed } from '../../src/operations/fetch-feed.ts';
import type { FetchedFeed } from '../../src/operations/fetch-feed.ts';
import { importFeeds } from '../../src/operations/import-feeds.ts';
import { realTiming } from '../../src/sources/http/retry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const now = new Date('2026-07-01T08:00:00Z');
const kev = readFileSync(
  new URL('../../src/sources/cisa-kev/fixtures/known_exploited_vulnerabilities.json', import.meta.url),
);
const olderFile = fileURLToPath(
  new URL('../../src/sources/cisa-kev/fixtures/known_exploited_vulnerabilities.csv', import.meta.url),
);
const older = readFileSync(olderFile);
const epss = readFileSync(new URL('../../src/sources/epss/fixtures/epss_scores-2026-06-30.csv', import.meta.url));

let answer: Answer = (_, response) => response.end();
const asked: IncomingMessage[] = [];
const server = createServer((request, response) => {
  asked.push(request);
  answer(request, response);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;

/** Sends a body with a tag, and 304 to who has it. */
function tagged(body: Uint8Array): Answer {
  return (request, response) => {
    response.setHeader('etag', '"one"').setHeader('last-modified', 'Tue, 30 Jun 2026 14:00:00 GMT');
    if (request.headers['if-none-match'] === '"one"') response.writeHead(304).end();
    else response.end(body);
  };
}

async function get(folder: FeedFolder, feed: 'cisa-kev' | 'epss', more = {}): Promise<FetchedFeed> {
  const timing = { ...realTiming, sleep: async () => undefined };
  const http = { userAgent: 'kbgap-test', limits: feedLimits(2000), timing, ...more };
  return fetchFeed(folder, { feed, url }, { http, now: () => now });
}

describe('fetching a feed', () => {
  it('keeps it, and asks for it the next time only if it changed', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = tagged(kev);
    const first = { feed: 'cisa-kev', url, state: 'kept', reason: null, isNews: true } as const;
    assert.deepEqual(await get(folder, 'cisa-kev'), { ...first, date: '2026-06-30T14:00:12Z', records: 3 });
    assert.equal((await get(folder, 'cisa-kev')).state, 'not-modified');
    const { headers } = asked.at(-1) ?? {};
    assert.deepEqual(
      [headers?.['if-none-match'], headers?.['if-modified-since'], headers?.['user-agent']],
      ['"one"', 'Tue, 30 Jun 2026 14:00:00 GMT', 'kbgap-test'],
    );
    answer = (_, response) => response.end(kev);
    assert.equal((await get(folder, 'cisa-kev')).state, 'unchanged');
  });

  it('asks for all of it where what is held is not what the address sent', async (t) => {
    const data = temporaryFolder(t);
    const folder = new FeedFolder(data);
    answer = tagged(kev);
    await get(folder, 'cisa-kev');
    await importFeeds(folder, [olderFile], { now, allowOlder: true });
    assert.equal((await get(folder, 'cisa-kev')).state, 'kept', 'an older list taken in by hand');
    writeFileSync(join(folder.folder, 'cisa-kev.kbfeed'), 'damaged');
    assert.equal((await get(folder, 'cisa-kev')).state, 'kept');
    const bytes = readFileSync(join(folder.folder, 'cisa-kev.kbfeed'));
    writeFileSync(join(folder.folder, 'cisa-kev.kbfeed'), bytes.subarray(0, -4));
    assert.equal((await get(folder, 'cisa-kev')).state, 'kept', 'its head is whole, its content is not');
    assert.equal(folder.load('cisa-kev')?.data.entries.length, 3);
    rmSync(folder.folder, { recursive: true });
    assert.equal((await get(folder, 'cisa-kev')).state, 'kept');
  });

  it('leaves what is held byte for byte where only the tag is new: its bytes go into bundles', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = tagged(kev);
    await get(folder, 'cisa-kev');
    const before = readFileSync(join(folder.folder, 'cisa-kev.kbfeed'));
    answer = (_, response) => response.setHeader('etag', '"two"').end(kev);
    assert.equal((await get(folder, 'cisa-kev')).state, 'unchanged');
    assert.deepEqual(readFileSync(join(folder.folder, 'cisa-kev.kbfeed')), before);
    assert.deepEqual(readdirSync(folder.folder), ['cisa-kev.kbfeed']);
  });

  it('takes a gzip file as it is published', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = tagged(gzipSync(epss));
    assert.equal((await get(folder, 'epss')).state, 'kept');
    assert.equal(folder.load('epss')?.data.keys.length, 4);
    answer = (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(epss));
    assert.equal((await get(folder, 'epss')).state, 'unchanged', 'unpacked on the way');
  });

  const small = Buffer.from(JSON.stringify({ ...JSON.parse(kev.toString()), vulnerabilities: [] }));
  const bad: readonly [says: string, bad: Answer, state: string, reason: RegExp, requests: number][] = [
    ['an older state', (_, response) => response.end(older), 'refused', /of 2022-03-25, the held one/, 1],
    ['a page instead of the feed', (_, response) => response.end('<html>down</html>'), 'refused', /cveID|column/, 1],
    ['a list of nothing', (_, response) => response.end(small), 'refused', /got none/, 1],
    ['a cut body', (_, response) => response.end(kev.subarray(0, 300)), 'refused', /no JSON/, 1],
    ['a cut gzip', (_, response) => response.end(gzipSync(kev).subarray(0, 90)), 'refused', /whole compressed data/, 1],
    ['nothing', (_, response) => response.end(), 'refused', /./, 1],
    ['more than any feed has', sendEndlessly, 'failed', /at most 67108864 bytes/, 1],
    ['500', (_, response) => response.writeHead(500).end('no'), 'failed', /expected CISA .*, got status 500/, 2],
    ['404', (_, response) => response.writeHead(404).end('no'), 'failed', /got status 404/, 1],
    ['a body that breaks off', breakOff, 'failed', /./, 2],
    [
      'a redirect in a ring',
      (_, response) => response.writeHead(302, { location: url }).end(),
      'failed',
      /redirect/,
      21,
    ],
    ['a connection that breaks', (request) => request.socket.destroy(), 'unreachable', /./, 1],
  ];
  for (const [says, misbehave, state, reason, requests] of bad) {
    it(`${says}: what is held stays, and the answer says why`, async (t) => {
      const folder = new FeedFolder(temporaryFolder(t));
      answer = tagged(kev);
      await get(folder, 'cisa-kev');
      const before = folder.find('cisa-kev');
      answer = misbehave;
      asked.length = 0;
      const fetched = await get(folder, 'cisa-kev');
      assert.equal(fetched.state, state);
      assert.match(fetched.reason ?? '', reason);
      assert.ok(fetched.reason?.startsWith(`${url}: `), fetched.reason ?? '');
      assert.equal(fetched.isNews, true);
      assert.equal(asked.length, requests);
      assert.deepEqual(folder.find('cisa-kev'), before);
      assert.equal((await get(folder, 'cisa-kev')).isNews, false, 'told once');
      answer = tagged(kev);
      assert.deepEqual([(await get(folder, 'cisa-kev')).state, folder.checks.list().length], ['not-modified', 1]);
    });
  }

  it('does not wait for who says nothing, and asks once', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = () => undefined;
    asked.length = 0;
    const limits = { ...feedLimits(60_000), answerTimeoutMs: 100 };
    const { state, reason } = await get(folder, 'cisa-kev', { limits });
    assert.equal(state, 'unreachable');
    assert.match(reason ?? '', /within 0.1 s/);
    assert.equal(asked.length, 1);
  });

  it('does not ask again before a publisher wants to be asked', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = (_, response) => response.writeHead(429, { 'retry-after': '7200' }).end();
    asked.length = 0;
    assert.equal((await get(folder, 'cisa-kev')).state, 'failed');
    assert.equal(asked.length, 1);
    assert.equal(folder.checks.list()[0]?.notBefore, '2026-07-01T10:00:00.000Z');
  });

  it('ends with the reason of the signal', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = () => undefined; // never answers
    const signal = AbortSignal.timeout(50);
    await assert.rejects(get(folder, 'cisa-kev', { signal }), { name: 'TimeoutError' });
  });
});

function breakOff(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': kev.length });
  response.write(kev.subarray(0, 100), () => response.destroy());
}

function sendEndlessly(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(70_000_000, ' '), { level: 1 }));
}
