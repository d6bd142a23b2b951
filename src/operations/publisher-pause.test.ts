import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notePause, pausedUntilMs } from './publisher-pause.ts';
import type { NotedPause } from './publisher-pause.ts';

const baseUrl = 'https://mirror.example:8443/cvrf/v3.0';

describe('until when a publisher is left alone', () => {
  const cases: readonly [says: string, noted: Partial<NotedPause>, now: string, until: string | undefined][] = [
    ['as long as it asked', {}, '2026-07-05T12:00:00Z', '2026-07-05T13:00:00Z'],
    ['no longer', {}, '2026-07-05T13:00:00Z', undefined],
    ['not for what another host asked', { notBeforeHost: 'mirror.example' }, '2026-07-05T12:00:00Z', undefined],
    ['not for what nobody asked', { notBefore: null }, '2026-07-05T12:00:00Z', undefined],
    ['not by a clock that was set back', {}, '2026-07-01T12:00:00Z', undefined],
    ['not by a note that is no instant', { notBefore: 'soon' }, '2026-07-05T12:00:00Z', undefined],
  ];
  for (const [says, noted, now, until] of cases) {
    it(says, () => {
      const all = { notBefore: '2026-07-05T13:00:00Z', notBeforeHost: 'mirror.example:8443', ...noted };
      const found = pausedUntilMs(all, baseUrl, new Date(now));
      assert.equal(found, until === undefined ? undefined : Date.parse(until));
    });
  }

  it('is noted for a day at most', () => {
    const now = new Date('2026-07-05T12:00:00Z');
    assert.deepEqual(notePause(baseUrl, Date.parse('2099-01-01T00:00:00Z'), now), {
      notBefore: '2026-07-06T12:00:00.000Z',
      notBeforeHost: 'mirror.example:8443',
    });
    assert.deepEqual(notePause(baseUrl, undefined, now), { notBefore: null });
  });
});
