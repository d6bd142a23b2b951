import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { findCveFacts } from '../../src/operations/cve-facts.ts';
import { joinItem, toDeviceItem } from '../../src/operations/device-item.ts';
import { findLifecycle } from '../../src/operations/device-lifecycle.ts';
import { FeedFolder } from '../../src/operations/feed-folder.ts';
import { CurrentFeeds, HeldFeeds } from '../../src/operations/held-feeds.ts';
import { JoinedFacts } from '../../src/operations/joined-facts.ts';
import { silentLog } from '../../src/operations/log.ts';
import { epssKey } from '../../src/sources/epss/data.ts';
import { isCve, parseVulnerabilityId } from '../../src/terms/vulnerability-id.ts';
import type { VulnerabilityId } from '../../src/terms/vulnerability-id.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-07-01T08:00:00Z');
const catalogue = loadStarterCatalogue();
const none = new HeldFeeds(null);

/** Feeds that say of these CVEs that they are exploited, with scores that fall from one to the next. */
function feedsOf(cves: readonly VulnerabilityId[], folder: string): FeedFolder {
  const feeds = new FeedFolder(folder);
  const entries = cves.map((cve, index) => ({
    cve,
    addedOn: '2026-01-01',
    dueOn: `2026-02-${String((index % 28) + 1).padStart(2, '0')}`,
    ransomware: index % 2 === 1,
  }));
  feeds.put('cisa-kev', { date: '2026-06-30', version: null, data: { entries }, setAside: [] }, { now });
  const scored = cves.flatMap((cve) => epssKey(cve) ?? []).sort((a, b) => a - b);
  const data = {
    keys: Int32Array.from(scored),
    scores: Int32Array.from(scored, (_, index) => 90_000 - index),
    percentiles: Int32Array.from(scored, () => 99_000),
  };
  feeds.put('epss', { date: '2026-06-29', version: 'v1', data, setAside: [] }, { now });
  return feeds;
}

function deviceOf(build: string): ReturnType<typeof derivePatchState> {
  return derivePatchState(
    readNative({
      schema: 'kbgap-inventory/1',
      device: { name: 'host1' },
      os: { name: 'Windows 10 Enterprise', build, architecture: 'x64', installationType: 'Client' },
    }),
  );
}

const feb2020 = deviceOf('10.0.18363.657');
const assessment = assess(feb2020, catalogue, { asOf: '2020-03-31' });
const folder = temporaryFolder({ after });

describe('what is shown beside a missing update', () => {
  const [update] = assessment.missing;
  const [first, second] = update?.cves ?? [];
  assert.ok(update !== undefined && first !== undefined && second !== undefined);
  const facts = new JoinedFacts(catalogue, new HeldFeeds(feedsOf([first, second], folder)));
  const [joined] = facts.ofMissing(assessment);

  it('are KEV over its open CVEs: the earliest due date, ransomware if any', () => {
    assert.equal(joined?.exploited, true);
    assert.deepEqual(joined?.kev, { cves: [first, second], dueOn: '2026-02-01', ransomware: true });
  });

  it('the highest EPSS score with its day', () => {
    assert.deepEqual(joined?.epss, { score: 0.9, percentile: 0.99, date: '2026-06-29', cve: first });
  });

  it("MSRC's worst severity and highest CVSS, restart, known issues, release type", () => {
    // By hand, from the document 2020-Mar: KB4540673 for Windows 10 1909 x64 is Critical, a restart is needed; March's
    // Patch Tuesday release is a B release.
    assert.equal(joined?.severity, 'Critical');
    assert.match(joined?.cvss?.vector ?? '', /^CVSS:3\.\d\/AV:/);
    assert.ok((joined?.cvss?.baseScore ?? 0) >= 7);
    assert.equal(joined?.restartRequired, 'yes');
    assert.equal(joined?.releaseType, 'B');
  });

  it('is null where no feed is held', () => {
    const [without] = new JoinedFacts(catalogue, none).ofMissing(assessment);
    assert.deepEqual([without?.exploited, without?.kev, without?.epss], [null, null, null]);
    assert.equal(without?.severity, 'Critical');
  });

  it('is false where the list is held and has none of them', () => {
    const other = feedsOf([parseVulnerabilityId('CVE-1999-0001')], temporaryFolder({ after }));
    const [fields] = new JoinedFacts(catalogue, new HeldFeeds(other)).ofMissing(assessment);
    assert.deepEqual([fields?.exploited, fields?.kev, fields?.epss], [false, null, null]);
  });

  it('stands behind the fixed keys, in the documented order', () => {
    const item = toDeviceItem({ source: 'x', name: null }, assessment);
    const [shown] = joinItem(item, assessment, facts.ofVerdict(assessment)).missing;
    assert.deepEqual(Object.keys(shown ?? {}), [
      ...Object.keys(update),
      'exploited',
      'kev',
      'epss',
      'severity',
      'cvss',
      'msrcExploited',
      'restartRequired',
      'knownIssues',
      'releaseType',
    ]);
  });

  it('is made once for one verdict', () => assert.equal(facts.ofMissing(assessment), facts.ofMissing(assessment)));

  it('follows the folder within a second', () => {
    const data = temporaryFolder({ after });
    let time = now.getTime();
    const current = new CurrentFeeds(new FeedFolder(data), () => new Date(time), silentLog);
    assert.equal(current.get().kevEntry(first), undefined);
    feedsOf([first], data);
    time += 1000;
    assert.equal(current.get().kevEntry(first)?.cve, first);
    assert.equal(current.get().kevEntry(second), null);
  });
});

describe('the life cycle of a device', () => {
  const os = assess(deviceOf('10.0.26100.8000'), catalogue, { asOf: null }).os;

  it('is that of the table that comes with kbgap', () => {
    const lifecycle = findLifecycle(os, none);
    assert.equal(lifecycle?.date, null);
    assert.deepEqual(
      lifecycle?.channels.find(({ channel }) => channel === 'home-pro'),
      { channel: 'home-pro', end: '2026-10-13', esuEnd: null },
    );
  });

  it('is that of the feed where it knows the build', () => {
    const feeds = new FeedFolder(temporaryFolder({ after }));
    const row = { product: '', build: 26100, channel: 'home-pro', end: '2027-01-12', esuEnd: null } as const;
    const data = { rows: [row, { ...row, channel: 'server', end: '2034-10-10' } as const] };
    feeds.put('product-lifecycle', { date: '2026-06-30', version: null, data, setAside: [] }, { now });
    const held = new HeldFeeds(feeds);
    assert.deepEqual(findLifecycle(os, held), {
      date: '2026-06-30',
      channels: [{ channel: 'home-pro', end: '2027-01-12', esuEnd: null }],
    });
    assert.equal(findLifecycle({ ...os, build: '10.0.19045.1' }, held)?.date, null);
    assert.equal(findLifecycle({ ...os, build: null }, held), null);
  });
});

describe('verdicts', () => {
  const ubrs = fc.integer({ min: 1, max: 7000 });
  const builds = fc.constantFrom(14393, 17763, 18363, 19045, 20348, 22631, 26100);

  it('are the same with and without feeds, whatever these say', () => {
    const data = temporaryFolder({ after });
    fc.assert(
      fc.property(
        builds,
        ubrs,
        fc.array(fc.nat({ max: catalogue.vulnerabilityCount - 1 }), { maxLength: 50 }),
        (build, ubr, picks) => {
          const state = deviceOf(`10.0.${build}.${ubr}`);
          const cves = [...new Set(picks.map((pick) => catalogue.vulnerabilityId(pick)))].filter(isCve).sort();
          const before = assess(state, catalogue, { asOf: null });
          const bare = JSON.stringify(before);
          const feeds = new HeldFeeds(feedsOf(cves, data));
          const joined = new JoinedFacts(catalogue, feeds).ofVerdict(before);
          const judged = assess(state, catalogue, { asOf: null });
          assert.equal(JSON.stringify(judged), bare);
          assert.equal(JSON.stringify(before), bare, 'joining changes nothing in what it joins to');
          const item = joinItem(toDeviceItem({ source: 's', name: null }, before), before, joined);
          assert.deepEqual(
            item.missing.map(({ kb, replacedBy }) => [kb, replacedBy]),
            before.missing.map(({ kb, replacedBy }) => [kb, replacedBy]),
          );
          for (const { exploited, kev, cves: open } of item.missing)
            assert.equal(exploited, open.some((cve) => cves.includes(cve)) && kev !== null);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what is known of one CVE', () => {
  it('are ratings by family, feeds, and the fixes with their products', () => {
    const id = parseVulnerabilityId('CVE-2020-0645');
    const facts = findCveFacts(catalogue, new HeldFeeds(feedsOf([id], temporaryFolder({ after }))), id);
    assert.ok(facts !== undefined);
    assert.deepEqual(Object.keys(facts).slice(0, 6), ['id', 'documents', 'exploited', 'kev', 'epss', 'severity']);
    assert.equal(facts.documents[0]?.releaseId, '2020-Mar');
    assert.equal(facts.exploited, true);
    assert.equal(facts.epss?.date, '2026-06-29');
    assert.ok(facts.families.some(({ family }) => family === 'Windows'));
    const windows10 = facts.fixes.find(({ kb }) => kb === '4540673');
    assert.ok(windows10?.products.some(({ name }) => name === 'Windows 10 Version 1909 for x64-based Systems'));
    assert.equal(windows10?.releaseType, 'B');
  });

  it('is nothing where nothing names it', () => {
    assert.equal(findCveFacts(catalogue, none, parseVulnerabilityId('CVE-1999-9999')), undefined);
  });
});
