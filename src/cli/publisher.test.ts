import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from './config.ts';
import { syncedFeedsOf } from './publisher.ts';

const mirror = { KBGAP_MSRC_URL: 'http://mirror.example/cvrf' };
const kev = { KBGAP_KEV_URL: 'http://mirror.example/kev.json' };
const all = 'cisa-kev epss release-history product-lifecycle msrc-sug csaf';

describe('the feeds that a sync fetches', () => {
  const cases: readonly [says: string, environment: Readonly<Record<string, string>>, feeds: string][] = [
    ['without settings: all', {}, all],
    ['the address of MSRC, written out', { KBGAP_MSRC_URL: 'https://api.msrc.microsoft.com/cvrf/v3.0/' }, all],
    ['past a mirror: none', mirror, ''],
    ['past a mirror: those with an address', { ...mirror, ...kev }, 'cisa-kev'],
    ['past a mirror, told to', { ...mirror, ...kev, KBGAP_SYNC_FEEDS: 'yes' }, all],
    ['told not to', { ...kev, KBGAP_SYNC_FEEDS: 'no' }, ''],
    ['one switched off', { KBGAP_EPSS_URL: 'off' }, all.replace(' epss', '')],
    ['one with no address of its own: the public one', { KBGAP_EPSS_URL: '' }, all],
  ];
  for (const [says, environment, expected] of cases) {
    it(says, () => {
      const { feeds } = syncedFeedsOf(readConfig(environment));
      const fetched = feeds.filter(({ urls }) => urls.length > 0).map(({ feed }) => feed);
      assert.equal(fetched.join(' '), expected);
      assert.equal(feeds.length, 6);
    });
  }

  it('from the addresses that are set', () => {
    const { feeds } = syncedFeedsOf(readConfig({ ...mirror, KBGAP_KEV_URL: 'http://a.example/1 http://b.example/2' }));
    assert.deepEqual(feeds[0], { feed: 'cisa-kev', urls: ['http://a.example/1', 'http://b.example/2'] });
  });
});
