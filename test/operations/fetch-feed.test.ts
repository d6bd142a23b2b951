import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FeedFolder } from '../../src/operations/feed-folder.ts';
import { fetchFeed } from '../../src/operations/fetch-feed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const now = new Date('2026-07-01T08:00:00Z');
const kev = readFileSync(
  new URL('../../src/sources/cisa-kev/fixtures/known_exploited_vulnerabilities.json', import.meta.url),
);
const older = readFileSync(
  new URL('../../src/sources/cisa-kev/fixtures/known_exploited_vulnerabilities.csv', import.meta.url),
);
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

function get(folder: FeedFolder, name: 'cisa-kev' | 'epss', more = {}): ReturnType<typeof fetchFeed> {
  return fetchFeed(folder, name, { fetch, now, urls: [url], ...more });
}

describe('fetching a feed', () => {
  it('keeps it, and asks for it the next time only if it changed', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = tagged(kev);
    assert.deepEqual(await get(folder, 'cisa-kev'), [{ feed: 'cisa-kev', url, state: 'kept', reason: null }]);
    assert.equal(folder.find('cisa-kev')?.count, 3);
    assert.equal((await get(folder, 'cisa-kev'))[0]?.state, 'not-modified');
    const { headers } = asked.at(-1) ?? {};
    assert.deepEqual(
      [headers?.['if-none-match'], headers?.['if-modified-since']],
      ['"one"', 'Tue, 30 Jun 2026 14:00:00 GMT'],
    );
    answer = (_, response) => response.end(kev);
    assert.equal((await get(folder, 'cisa-kev'))[0]?.state, 'unchanged');
  });

  it('takes a gzip file as it is published', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = tagged(gzipSync(epss));
    assert.equal((await get(folder, 'epss'))[0]?.state, 'kept');
    assert.equal(folder.load('epss')?.data.keys.length, 4);
  });

  const bad: readonly [says: string, bad: Answer, state: string, reason: RegExp][] = [
    ['an older state', (_, response) => response.end(older), 'refused', /of 2022-03-25, the held one/],
    ['a page instead of the feed', (_, response) => response.end('<html>down</html>'), 'refused', /cveID|column/],
    ['a cut body', (_, response) => response.end(kev.subarray(0, 300)), 'refused', /no JSON/],
    ['a cut gzip', (_, response) => response.end(gzipSync(kev).subarray(0, 90)), 'refused', /whole compressed data/],
    ['500', (_, response) => response.writeHead(500).end('no'), 'failed', /expected 200 .*, got 500/],
    ['404', (_, response) => response.writeHead(404).end('no'), 'failed', /got 404/],
    ['a connection that breaks', (request) => request.socket.destroy(), 'failed', /./],
    ['nothing', (_, response) => response.end(), 'refused', /./],
  ];
  for (const [says, misbehave, state, reason] of bad) {
    it(`${says}: what is held stays, and the answer says why`, async (t) => {
      const folder = new FeedFolder(temporaryFolder(t));
      answer = tagged(kev);
      await get(folder, 'cisa-kev');
      const before = folder.find('cisa-kev');
      answer = misbehave;
      const [fetched] = await get(folder, 'cisa-kev');
      assert.equal(fetched?.state, state);
      assert.match(fetched.reason ?? '', reason);
      assert.deepEqual(folder.find('cisa-kev'), before);
    });
  }

  it('ends with the reason of the signal', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = () => undefined; // never answers
    const signal = AbortSignal.timeout(50);
    await assert.rejects(get(folder, 'cisa-kev', { signal }), { name: 'TimeoutError' });
  });

  it('fills the CVE into addresses that name one, and does not ask without', async (t) => {
    const folder = new FeedFolder(temporaryFolder(t));
    answer = tagged(kev);
    const urls = [`${url}/{year}/msrc_{cve}.json?{CVE}`];
    assert.equal((await get(folder, 'cisa-kev', { urls, cve: 'CVE-2025-29795' }))[0]?.state, 'kept');
    assert.equal(asked.at(-1)?.url, '/feed/2025/msrc_cve-2025-29795.json?CVE-2025-29795');
    const count = asked.length;
    assert.equal((await get(folder, 'cisa-kev', { urls }))[0]?.state, 'failed');
    assert.equal(asked.length, count);
  });
});
