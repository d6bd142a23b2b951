import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FeedFolder } from '../../src/operations/feed-folder.ts';
import { feedLimits, fetchFeed } from '../../src/operations/fetch-feed.ts';
import type { FetchedFeed } from '../../src/operations/fetch-feed.ts';
import { sugPage } from '../support/feed-files.ts';
import { Publisher } from '../support/publisher.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Fixture {
  readonly publisher: Publisher;
  readonly folder: FeedFolder;
  readonly fetchFirst: () => Promise<FetchedFeed>;
  readonly cves: () => readonly string[] | undefined;
}

async function fixture(test: Parameters<typeof temporaryFolder>[0]): Promise<Fixture> {
  const publisher = await Publisher.start(test, []);
  const folder = new FeedFolder(temporaryFolder(test));
  const http = { userAgent: 'kbgap-test', limits: { ...feedLimits(5000), firstWaitMs: 1 } };
  const url = `${publisher.origin}/feeds/affectedProduct`;
  return {
    publisher,
    folder,
    fetchFirst: () => fetchFeed(folder, { feed: 'msrc-sug', url }, { http, now: () => new Date() }),
    cves: () => folder.load('msrc-sug')?.data.opinions.map(({ cve }) => cve),
  };
}

const list = 'affectedProduct';

describe('pages of the SUG API', () => {
  it('are followed to the last, absolute, relative and empty addresses alike', async (t) => {
    const { publisher, fetchFirst, cves } = await fixture(t);
    publisher.publishFile(list, sugPage(['CVE-2026-20601'], `${publisher.origin}/feeds/${list}?$skip=1`));
    publisher.publishFile(`${list}?$skip=1`, sugPage(['CVE-2026-20602'], `${list}?$skip=2#x`));
    publisher.publishFile(`${list}?$skip=2`, sugPage([]));
    assert.equal((await fetchFirst()).state, 'kept');
    assert.deepEqual(cves(), ['CVE-2026-20601', 'CVE-2026-20602']);
    assert.deepEqual(publisher.takeRequests(), [list, `${list}?$skip=1`, `${list}?$skip=2`]);
  });

  it('are all asked for again, though the first is as it was: a later one may have changed', async (t) => {
    const { publisher, fetchFirst, cves } = await fixture(t);
    publisher.publishFile(list, sugPage(['CVE-2026-20601'], `${list}?$skip=1`));
    publisher.publishFile(`${list}?$skip=1`, sugPage(['CVE-2026-20602']));
    await fetchFirst();
    publisher.publishFile(`${list}?$skip=1`, sugPage(['CVE-2026-20602', 'CVE-2026-20603']));
    assert.equal((await fetchFirst()).state, 'kept');
    assert.equal(cves()?.length, 3);
  });

  it('one alone is asked for conditionally', async (t) => {
    const { publisher, fetchFirst } = await fixture(t);
    publisher.publishFile(list, sugPage(['CVE-2026-20601']));
    await fetchFirst();
    assert.equal((await fetchFirst()).state, 'not-modified');
  });

  const bad: readonly [says: string, next: (origin: string) => string, state: string, reason: RegExp][] = [
    ['of another host', () => 'https://elsewhere.example/feeds/affectedProduct', 'refused', /pages of the same host/],
    ['of another port', () => 'http://127.0.0.1:1/feeds/affectedProduct', 'refused', /pages of the same host/],
    ['of a file', () => 'file:///etc/passwd', 'refused', /pages of the same host/],
    ['that is the first again', (origin) => `${origin}/feeds/${list}`, 'refused', /again as the next one/],
    ['that is the second again', () => `${list}?$skip=1`, 'refused', /again as the next one/],
    ['that is no address', () => 'http://[', 'refused', /the address of a next page/],
    ['that is not there', () => `${list}?$skip=9`, 'failed', /status 404/],
    ['that is something else', () => 'else', 'refused', /an answer of the SUG API/],
  ];
  for (const [says, next, state, reason] of bad) {
    it(`a page ${says}: none is taken, and what is held stays`, async (t) => {
      const { publisher, folder, fetchFirst, cves } = await fixture(t);
      publisher.publishFile(list, sugPage(['CVE-2026-20601']));
      await fetchFirst();
      const before = folder.find('msrc-sug');
      publisher.publishFile(list, sugPage(['CVE-2026-20601', 'CVE-2026-20602'], `${list}?$skip=1`));
      publisher.publishFile(`${list}?$skip=1`, sugPage(['CVE-2026-20603'], next(publisher.origin)));
      publisher.publishFile('else', { bytes: Buffer.from('<html>sign in</html>'), type: 'text/html' });
      const fetched = await fetchFirst();
      assert.equal(fetched.state, state, fetched.reason ?? '');
      assert.match(fetched.reason ?? '', reason);
      assert.deepEqual([folder.find('msrc-sug'), cves()], [before, ['CVE-2026-20601']]);
    });
  }

  it('without end are refused', async (t) => {
    const { publisher, fetchFirst, folder } = await fixture(t);
    publisher.publishFile(list, sugPage(['CVE-2026-20600'], `${list}?$skip=1`));
    for (let page = 1; page <= 101; page++)
      publisher.publishFile(
        `${list}?$skip=${page}`,
        sugPage([`CVE-2026-${20_600 + page}`], `${list}?$skip=${page + 1}`),
      );
    const fetched = await fetchFirst();
    assert.match(fetched.reason ?? '', /at most 100 pages/);
    assert.equal(publisher.takeRequests().length, 100);
    assert.equal(folder.find('msrc-sug'), undefined);
  });
});
