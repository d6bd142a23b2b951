import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { findCveFacts } from '../../src/operations/cve-facts.ts';
import { FeedFolder } from '../../src/operations/feed-folder.ts';
import { HeldFeeds } from '../../src/operations/held-feeds.ts';
import { importFeeds } from '../../src/operations/import-feeds.ts';
import { listDisagreements } from '../../src/operations/second-opinions.ts';
import { parseVulnerabilityId } from '../../src/terms/vulnerability-id.ts';
import { needsShared, sharedPath } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const catalogue = loadStarterCatalogue();
const now = new Date('2026-07-01T08:00:00Z');

async function held(data: string, ...paths: readonly string[]): Promise<HeldFeeds> {
  const folder = new FeedFolder(data);
  const { refused } = await importFeeds(folder, paths, { now });
  assert.deepEqual(refused, []);
  return new HeldFeeds(folder);
}

function fixtures(feed: string): string {
  return fileURLToPath(new URL(`../../src/sources/${feed}/fixtures`, import.meta.url));
}

describe('second opinions', () => {
  it('are told where they differ: another update, another severity and score, one that is withdrawn', async (t) => {
    const folder = temporaryFolder(t);
    const feeds = await held(join(folder, 'data'), fixtures('msrc-sug'));
    const lines = listDisagreements(catalogue, feeds).map(
      ({ cve, productId, kb, field, catalogue: ours, opinion }) =>
        `${cve} ${productId} ${kb} ${field}: ${ours} / ${opinion}`,
    );
    // The row on 10816 says what Microsoft says; the one on 10855 is invented; the deployment is Microsoft's.
    assert.deepEqual(lines, [
      'CVE-2025-24066 10855 5099999 fix: null / 5099999',
      'CVE-2025-24066 10855 5053594 fix: 5053594 / null',
      'CVE-2025-24066 10855 null severity: Important / Critical',
      'CVE-2025-24066 10855 null baseScore: 7.8 / 9.8',
    ]);
  });

  it('stand beside the facts of a CVE, with their dates', async (t) => {
    const feeds = await held(join(temporaryFolder(t), 'data'), fixtures('msrc-sug'), fixtures('csaf'));
    const facts = findCveFacts(catalogue, feeds, parseVulnerabilityId('CVE-2025-24066'));
    assert.deepEqual(
      facts?.secondOpinions.map(({ source, date, disagreements }) => [source, date, disagreements.length]),
      [
        ['msrc-sug', '2025-03-12', 4],
        ['csaf', '2025-03-13T07:00:00Z', 0],
      ],
    );
  });

  it('of Microsoft, as captured, agree with the documents', needsShared(), async (t) => {
    const feeds = await held(join(temporaryFolder(t), 'data'), sharedPath('msrc-sug'), sharedPath('csaf'));
    assert.ok((feeds.find('msrc-sug')?.data.opinions.length ?? 0) > 0);
    assert.equal(feeds.find('msrc-sug')?.data.advisories.length, 2);
    assert.equal(feeds.find('csaf')?.data.advisories.length, 2);
    assert.deepEqual(listDisagreements(catalogue, feeds), []);
  });
});
