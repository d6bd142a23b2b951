import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PatchState } from '../../inventory/patch-state.ts';
import { HeldFeeds } from '../held-feeds.ts';
import { supportEnd } from './support-end.ts';

const feeds = new HeldFeeds(null);

function os(build: string | null, more: Partial<PatchState['os']> = {}): PatchState['os'] {
  return {
    name: null,
    build,
    architecture: 'x64',
    installationType: 'Client',
    editionId: null,
    displayVersion: null,
    ...more,
  };
}

// Days by Microsoft Lifecycle.
describe('when Windows ends', () => {
  for (const [says, system, today, status, date] of [
    ['no build', os(null), '2026-06-01', 'None', null],
    ['a build that nobody knows', os('10.0.99999.1'), '2026-06-01', 'None', null],
    ['Windows 7', os('6.1.7601'), '2020-01-15', 'EOS Software', '2020-01-14'],
    ['Windows 7 on its last day', os('6.1.7601'), '2020-01-14', 'Upcoming EOS Software', '2020-01-14'],
    [
      'Windows 10 1909 Pro',
      os('10.0.18363.1', { editionId: 'Professional' }),
      '2026-06-01',
      'EOS Version',
      '2021-05-11',
    ],
    [
      'Windows 10 1909 Enterprise',
      os('10.0.18363.1', { editionId: 'Enterprise' }),
      '2026-06-01',
      'EOS Version',
      '2022-05-10',
    ],
    ['Windows 10 1909 of some edition', os('10.0.18363.1'), '2022-01-01', 'Upcoming EOS Version', '2022-05-10'],
    [
      'Windows 10 21H2 Pro',
      os('10.0.19044.1', { editionId: 'Professional' }),
      '2026-06-01',
      'EOS Version',
      '2023-06-13',
    ],
    ['Windows 10 21H2 LTSC', os('10.0.19044.1', { editionId: 'EnterpriseS' }), '2026-01-01', 'None', '2027-01-12'],
    ['Windows Server 2019', os('10.0.17763.1', { installationType: 'Server' }), '2026-06-01', 'None', '2029-01-09'],
    [
      'the same half a year before',
      os('10.0.17763.1', { installationType: 'Server' }),
      '2028-12-01',
      'Upcoming EOS Software',
      '2029-01-09',
    ],
    ['and after', os('10.0.17763.1', { installationType: 'Server Core' }), '2029-01-10', 'EOS Software', '2029-01-09'],
  ] as const) {
    it(`${says}: ${status}`, () =>
      assert.deepEqual(supportEnd(system, feeds, new Date(`${today}T12:00:00Z`)), { status, date }));
  }
});
