import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CatalogueState } from '../operations/application.ts';
import { frontPage } from './front-page.ts';

const fresh: CatalogueState = {
  catalogueId: 'sha256:0',
  newestRelease: '2026-Jun',
  currentTo: '2026-07-06T07:00:00Z',
  ageDays: 3,
  starter: false,
  stale: false,
  staleReason: null,
  quarantined: [],
  sync: null,
  feeds: [],
};

const cases: readonly (readonly [says: string, state: Partial<CatalogueState>, shown: RegExp, hidden: RegExp])[] = [
  ['a fresh catalogue', {}, /Catalogue to 2026-Jun, 3 days old/, /Too old|quarantine/],
  ['the starter catalogue', { starter: true }, /Starter catalogue/, /Too old/],
  ['an old one', { stale: true, staleReason: 'too-old' }, /Too old<\/strong> \(too-old\)/, /quarantine/],
  [
    'a document in quarantine, its reason as text',
    {
      quarantined: [
        { id: '2026-Jun', kind: 'older', reason: 'got <script>"x"</script>', quarantinedAt: '2026-07-01T00:00:00Z' },
      ],
    },
    /2026-Jun: older, got &lt;script&gt;&quot;x&quot;/,
    /<script/,
  ],
];

describe('the front page', () => {
  for (const [says, state, shown, hidden] of cases) {
    it(`tells of ${says}`, () => {
      const page = frontPage({ ...fresh, ...state });
      assert.match(page, shown);
      assert.doesNotMatch(page, hidden);
    });
  }
});
