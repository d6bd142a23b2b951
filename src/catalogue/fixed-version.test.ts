import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFixedVersion } from './fixed-version.ts';

const windows = (build: number, ubr: number, minor = 0, major = 10): object => ({
  kind: 'windows-build',
  build: { major, minor, build, ubr },
});

/** Texts as they stand in documents of 2021 to 2026. */
const cases: readonly [text: string, expected: object][] = [
  ['10.0.19045.3930', windows(19045, 3930)],
  ['6.1.7601.27467', windows(7601, 27467, 1, 6)],
  [' 10.0.26100.8655. ', windows(26100, 8655)],
  ['', { kind: 'none' }],
  ['-', { kind: 'none' }],
  ['https://aka.ms/OfficeSecurityReleases', { kind: 'url', url: 'https://aka.ms/OfficeSecurityReleases' }],
  ['3.0.6920.8954; 2.0.50727.8970', { kind: 'versions', versions: ['3.0.6920.8954', '2.0.50727.8970'] }],
  [
    '4.7.4115.0 & 3.0.30729.8974 & 2.0.50727.8976',
    { kind: 'versions', versions: ['4.7.4115.0', '3.0.30729.8974', '2.0.50727.8976'] },
  ],
  ['4.8.04690.02 and 4.8.9214.01', { kind: 'versions', versions: ['4.8.04690.02', '4.8.9214.01'] }],
  ['v1.001', { kind: 'versions', versions: ['1.001'] }],
  ['112.0.5615.49/50', { kind: 'versions', versions: ['112.0.5615.49'] }],
  ['96.0 1954.29', { kind: 'versions', versions: ['96.0.1954.29'] }],
  ['10.0.04614.06', { kind: 'versions', versions: ['10.0.04614.06'] }],
  ['KB5032921', { kind: 'unreadable', text: 'KB5032921' }],
  ['Publication', { kind: 'unreadable', text: 'Publication' }],
  [
    'Application: 16.14.27266, Platform: 9.1.2',
    { kind: 'unreadable', text: 'Application: 16.14.27266, Platform: 9.1.2' },
  ],
];

describe('FixedBuild as published', () => {
  for (const [text, expected] of cases) {
    it(`"${text}"`, () => assert.deepEqual(parseFixedVersion(text), expected));
  }
});
