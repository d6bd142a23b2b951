import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { subjectOf } from './why-subject.ts';

const cases: readonly (readonly [text: string, subject: object | undefined])[] = [
  ['KB5034127', { kb: '5034127' }],
  ['kb 5034127 ', { kb: '5034127' }],
  ['5034127', { kb: '5034127' }],
  ['cve-2026-21509', { cve: 'CVE-2026-21509' }],
  ['ADV200001', { cve: 'ADV200001' }],
  ['', undefined],
  ['edge', undefined],
  ['CVE-2026', undefined],
];

describe('what is asked for', () => {
  for (const [text, subject] of cases) it(`"${text}"`, () => assert.deepEqual(subjectOf(text), subject));
});
