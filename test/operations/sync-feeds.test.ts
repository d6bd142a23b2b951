import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { FeedCheck } from '../../src/operations/feed-checks.ts';
import { FeedFolder } from '../../src/operations/feed-folder.ts';
import { feedLimits } from '../../src/operations/fetch-feed.ts';
import { feedStatus } from '../../src/operations/feed-status.ts';
import type { FeedAddress, FeedTemplates } from '../../src/operations/feed-addresses.ts';
import { addressesOf } from '../../src/operations/feed-addresses.ts';
import { planAsked, planFeeds } from '../../src/operations/plan-feeds.ts';
import type { FeedPlanOptions } from '../../src/operations/plan-feeds.ts';
import { forgetOthers, syncFeeds } from '../../src/operations/sync-feeds.ts';
import { realTiming } from '../../src/sources/http/retry.ts';
import { closedOrigin } from '../support/closed-port.ts';
import { csafFile, epssFile, kevFile, lifecycleFile, releasePage } from '../support/feed-files.ts';
import { Publisher } from '../support/publisher.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const kevUrl = 'https://kev.example/kev.json';
const now = new Date('2026-07-01T08:00:00Z');
const http = { userAgent: 'kbgap-test', limits: { ...feedLimits(5000), firstWaitMs: 1 } };

function checked(hoursAgo: number, more: Partial<FeedCheck> = {}): FeedCheck {
  return {
    feed: 'cisa-kev',
    url: kevUrl,
    checkedAt: new Date(now.getTime() - hoursAgo * 3_600_000).toISOString(),
    state: 'kept',
    reason: null,
    succeededAt: null,
    notBefore: null,
    etag: null,
    lastModified: null,
    heldHash: null,
    ...more,
  };
}

describe('whether a feed is due', () => {
  const cases: readonly [says: string, check: FeedCheck | undefined, isDue: boolean][] = [
    ['never asked', undefined, true],
    ['a moment ago', checked(0), false],
    ['less than its interval ago', checked(5.9), false],
    ['its interval ago', checked(6), true],
    ['as it was then', checked(5.9, { state: 'not-modified' }), false],
    ['less than an hour ago, in vain', checked(0.9, { state: 'unreachable' }), false],
    ['an hour ago, in vain', checked(1, { state: 'failed' }), true],
    ['an hour ago, and it was none', checked(1, { state: 'refused' }), true],
    ['an hour ago, and it asked for two', checked(1, { state: 'failed', notBefore: '2026-07-01T09:00:00Z' }), false],
    ['a moment ahead', checked(-0.1), false],
    ['long in the future: the clock was set back', checked(-24), true],
    ['on a day that is none', { ...checked(0), checkedAt: 'soon' }, true],
  ];
  const feeds: readonly FeedTemplates[] = [{ feed: 'cisa-kev', urls: [kevUrl] }];
  for (const [says, check, isDue] of cases) {
    it(`${says}: ${isDue ? 'yes' : 'no'}`, () => {
      const due = planFeeds(check === undefined ? [] : [check], feeds, { now }).due;
      assert.deepEqual(due, isDue ? [{ feed: 'cisa-kev', url: kevUrl }] : []);
    });
  }

  const until = '2026-07-01T09:00:00Z';
  const overrides: readonly [says: string, check: FeedCheck, how: FeedPlanOptions, asked: string][] = [
    ['lately, and all are asked', checked(0), { now, all: true }, 'due'],
    ['lately, and only pauses are passed over', checked(0), { now, atOnce: true }, 'neither'],
    ['left alone, and all are asked', checked(0, { notBefore: until }), { now, all: true }, 'held back'],
    ['left alone for long', checked(9, { notBefore: until }), { now }, 'held back'],
    ['left alone, and not due either', checked(0, { notBefore: until }), { now }, 'neither'],
    ['left alone, and pauses are passed over', checked(0, { notBefore: until }), { now, atOnce: true }, 'due'],
    ['left alone, and both', checked(0, { notBefore: until }), { now, all: true, atOnce: true }, 'due'],
    ['lately, and what came is lost', checked(0), { now, isHeld: () => false }, 'due'],
    ['lately in vain, and nothing is held', checked(0, { state: 'failed' }), { now, isHeld: () => false }, 'neither'],
    ['left alone, and what came is lost', checked(0, { notBefore: until }), { now, isHeld: () => false }, 'held back'],
    ['left alone until now', checked(0, { notBefore: now.toISOString() }), { now, all: true }, 'due'],
    ['of which the clock was set back', checked(9, { notBefore: '2026-07-03T08:00:00Z' }), { now }, 'due'],
  ];
  for (const [says, check, how, expected] of overrides) {
    it(`${says}: ${expected}`, () => {
      const { due, heldBack } = planFeeds([check], feeds, how);
      const address = { feed: 'cisa-kev', url: kevUrl };
      assert.deepEqual(due, expected === 'due' ? [address] : []);
      assert.deepEqual(heldBack, expected === 'held back' ? [{ ...address, notBefore: until }] : []);
    });
  }

  const csafUrl = (host: string): FeedAddress => ({ feed: 'csaf', url: `https://${host}/2026/cve-2026-20600.json` });
  const askedNow: readonly [says: string, check: FeedCheck, address: FeedAddress, atOnce: boolean, isDue: boolean][] = [
    ['asked a moment ago', checked(0), csafUrl('kev.example'), false, true],
    ['its host asked to be left alone', checked(0, { notBefore: until }), csafUrl(new URL(kevUrl).host), false, false],
    ['and pauses are passed over', checked(0, { notBefore: until }), csafUrl(new URL(kevUrl).host), true, true],
    ['another host asked for that', checked(0, { notBefore: until }), csafUrl('other.example'), false, true],
    ['until now', checked(0, { notBefore: now.toISOString() }), csafUrl(new URL(kevUrl).host), false, true],
    ['by a note that is no instant', checked(0, { notBefore: 'soon' }), csafUrl(new URL(kevUrl).host), false, true],
  ];
  for (const [says, check, address, atOnce, isDue] of askedNow) {
    it(`somebody asks now, ${says}: ${isDue ? 'due' : 'held back'}`, () => {
      assert.deepEqual(planAsked([check], [address], { now, atOnce }), {
        due: isDue ? [address] : [],
        heldBack: isDue ? [] : [{ ...address, notBefore: until }],
      });
    });
  }

  it('one vulnerability is asked for again where it was asked for, some at a time, the oldest first', () => {
    const csaf: FeedTemplates = { feed: 'csaf', urls: ['https://csaf.example/{year}/{cve}.json'] };
    assert.deepEqual(planFeeds([], [csaf], { now }).due, [], 'nobody asked');
    const checks = Array.from({ length: 60 }, (_, index) => {
      const [address] = addressesOf(csaf, `CVE-2026-${10_000 + index}`);
      assert.ok(address !== undefined);
      return checked(20 + index, address);
    });
    const due = planFeeds(checks, [csaf], { now }).due;
    assert.equal(due.length, 50);
    assert.deepEqual(due[0], {
      feed: 'csaf',
      url: 'https://csaf.example/2026/cve-2026-10059.json',
      cve: 'CVE-2026-10059',
    });
    assert.deepEqual(planFeeds(checks, [{ feed: 'csaf', urls: [] }], { now }).due, [], 'switched off');
  });
});

describe('syncing feeds', () => {
  it('keeps each, several addresses of one feed together', async (t) => {
    const publisher = await Publisher.start(t, []);
    const folder = new FeedFolder(temporaryFolder(t));
    const feeds: readonly FeedTemplates[] = [
      { feed: 'cisa-kev', urls: [publisher.publishFile('kev.json', kevFile('2026-06-30'))] },
      { feed: 'epss', urls: [publisher.publishFile('epss.csv.gz', epssFile('2026-06-30'))] },
      {
        feed: 'release-history',
        urls: [
          publisher.publishFile('11', releasePage('2026-06-30')),
          publisher.publishFile('10', releasePage('2026-06-29', 'KB5094127', '19045.6500')),
        ],
      },
      { feed: 'product-lifecycle', urls: [publisher.publishFile('windows', lifecycleFile('2026-06-30'))] },
      { feed: 'csaf', urls: [`${publisher.origin}/feeds/{cve}.json`] },
    ];
    publisher.publishFile('cve-2026-20600.json', csafFile('CVE-2026-20600', '2026-06-30'));
    const whole = planFeeds([], feeds, { now }).due;
    const asked = feeds.flatMap((templates) => addressesOf(templates, 'CVE-2026-20600'));
    const fetched = await syncFeeds(folder, [...whole, ...asked], { http, now: () => now });
    assert.deepEqual(
      fetched.map(({ feed, state }) => `${feed} ${state}`),
      [
        'cisa-kev kept',
        'csaf kept',
        'epss kept',
        'product-lifecycle kept',
        'release-history kept',
        'release-history kept',
      ],
    );
    assert.equal(folder.load('release-history')?.data.releases.length, 2);
    const outcomes = feedStatus(folder).map(({ state, check }) => `${state} ${check?.outcome} ${check?.lastSuccessAt}`);
    assert.deepEqual([...new Set(outcomes)], ['held ok 2026-07-01T08:00:00.000Z', 'absent undefined undefined']);
    publisher.takeRequests();
    assert.deepEqual(planFeeds(folder.checks.list(), feeds, { now }).due, []);
    const later = new Date(now.getTime() + 200 * 3_600_000);
    const again = planFeeds(folder.checks.list(), feeds, { now: later }).due;
    assert.equal(again.length, 6);
    const second = await syncFeeds(folder, again, { http, now: () => later });
    assert.ok(second.every(({ state, isNews }) => state === 'not-modified' && !isNews));
    assert.equal(publisher.takeRequests().length, 6);
  });

  it('asks a host that does not answer once, and notes the same of its other addresses', async (t) => {
    const publisher = await Publisher.start(t, []);
    const folder = new FeedFolder(temporaryFolder(t));
    const kev = { feed: 'cisa-kev', url: publisher.publishFile('kev.json', kevFile('2026-06-30')) } as const;
    const asked: string[] = [];
    const origin = await closedOrigin();
    const closed = ['a', 'b']
      .map((name) => `${origin}/${name}`)
      .map((url) => ({ feed: 'release-history', url }) as const);
    const onRequest = (url: string): void => void asked.push(url);
    const fetched = await syncFeeds(folder, [...closed, kev], { http: { ...http, onRequest }, now: () => now });
    assert.deepEqual(
      fetched.map(({ state }) => state),
      ['kept', 'unreachable', 'unreachable'],
    );
    assert.deepEqual(asked.filter((url) => url !== kev.url).length, 1);
    const status = feedStatus(folder).find(({ feed }) => feed === 'release-history');
    assert.deepEqual([status?.state, status?.check?.outcome, status?.check?.lastSuccessAt], ['absent', 'failed', null]);
    assert.match(status?.check?.problem ?? '', /\/a: expected Windows release history, got .*ECONNREFUSED/);
  });

  it('asks a host that wants to be left alone for nothing more, and notes until when', async (t) => {
    const publisher = await Publisher.start(t, []);
    const folder = new FeedFolder(temporaryFolder(t));
    const addresses = ['a', 'b', 'c'].map((name) => {
      publisher.misbehave(name, { kind: 'status', status: 429, retryAfter: '3600' });
      return { feed: 'release-history', url: publisher.publishFile(name, releasePage('2026-06-30')) } as const;
    });
    const timing = { ...realTiming, now: () => now };
    const fetched = await syncFeeds(folder, addresses, { http: { ...http, timing }, now: () => now });
    assert.ok(fetched.every(({ state }) => state === 'failed'));
    assert.deepEqual(publisher.takeRequests(), ['a']);
    assert.match(fetched[1]?.reason ?? '', /not asked: .* left alone until 2026-07-01T09:00:00Z/);
    const waits = folder.checks.list().map(({ notBefore }) => notBefore);
    assert.deepEqual(
      waits,
      Array.from({ length: 3 }, () => '2026-07-01T09:00:00.000Z'),
    );
  });

  it('forgets addresses that are asked no more, and notes that cannot be read', async (t) => {
    const publisher = await Publisher.start(t, []);
    const data = temporaryFolder(t);
    const folder = new FeedFolder(data);
    const kev: FeedTemplates = { feed: 'cisa-kev', urls: [`${publisher.origin}/feeds/none`] };
    await syncFeeds(folder, addressesOf(kev), { http, now: () => now });
    assert.equal(feedStatus(folder)[0]?.check?.outcome, 'failed');
    await forgetOthers(folder, [kev]);
    assert.equal(folder.checks.list().length, 1);
    await forgetOthers(folder, [{ ...kev, urls: [`${publisher.origin}/feeds/kev.json`] }]);
    assert.equal(feedStatus(folder)[0]?.check, null);
    writeFileSync(join(data, 'catalogue', 'feed-checks.json'), '{"checks":');
    assert.deepEqual(folder.checks.list(), []);
  });

  it('does not note a vulnerability of which nothing is known there', async (t) => {
    const publisher = await Publisher.start(t, []);
    const folder = new FeedFolder(temporaryFolder(t));
    const csaf: FeedTemplates = { feed: 'csaf', urls: [`${publisher.origin}/feeds/{cve}.json`] };
    const [fetched] = await syncFeeds(folder, addressesOf(csaf, 'CVE-2026-1'), { http, now: () => now });
    assert.deepEqual([fetched?.state, folder.checks.list()], ['failed', []]);
  });
});
