import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseReleaseId } from '../terms/release-id.ts';
import { findStaleness } from './staleness.ts';
import type { StalenessReason } from './staleness.ts';

const june = { newestRelease: parseReleaseId('2026-Jun'), newestReleasedOn: '2026-06-09' };

describe('staleness of a catalogue', () => {
  const cases: readonly [says: string, currentTo: string, now: string, reason: StalenessReason | undefined][] = [
    ['before the next Patch Tuesday it may know everything', '2026-06-20', '2026-07-13T12:00:00Z', undefined],
    ['on it too', '2026-06-20', '2026-07-14T23:00:00Z', undefined],
    ['once it is over it does not', '2026-06-20', '2026-07-15T00:00:00Z', 'patch-tuesday-passed'],
    ['revisions of old documents do not make up for it', '2026-07-15', '2026-07-16T00:00:00Z', 'patch-tuesday-passed'],
    ['after 35 days it is too old', '2026-06-09', '2026-07-15T00:00:01Z', 'too-old'],
    ['a clock that is behind', '2026-06-09', '2026-05-01T00:00:00Z', undefined],
  ];
  for (const [says, day, now, reason] of cases) {
    it(says, () => {
      const currentTo = `${day}T00:00:00Z`;
      assert.equal(findStaleness({ ...june, currentTo }, new Date(now))?.reason, reason);
    });
  }

  it('without a complete document', () => {
    const reach = { newestRelease: null, newestReleasedOn: null, currentTo: null };
    assert.equal(findStaleness(reach, new Date())?.reason, 'no-release');
  });
});
