import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { activeFilters, queryOf } from './filter.ts';
import type { Filter } from './filter.ts';

const filters: readonly Filter[] = [
  {
    key: 'coverage',
    label: 'Coverage',
    options: [
      { value: 'assessed', label: 'Assessed' },
      { value: 'not-assessed', label: 'Not assessed' },
    ],
  },
  { key: 'missing', label: 'Missing', show: (kb) => `KB${kb}` },
];

const cases: readonly (readonly [says: string, search: Record<string, string>, texts: readonly string[]])[] = [
  ['none where the address names none', { sort: 'name', q: 'x' }, []],
  ['an option in its words', { coverage: 'not-assessed' }, ['Coverage: Not assessed']],
  ['several values of one', { coverage: 'assessed,not-assessed' }, ['Coverage: Assessed, Not assessed']],
  ['what a link brought', { missing: '5034127' }, ['Missing: KB5034127']],
  ['an unknown value as it stands', { coverage: 'bananas' }, ['Coverage: bananas']],
  ['no key that the list does not know', { bananas: 'yes' }, []],
];

describe('filters that are on', () => {
  for (const [says, search, texts] of cases) {
    it(says, () =>
      assert.deepEqual(
        activeFilters(filters, search).map(({ text }) => text),
        texts,
      ),
    );
  }

  it('are asked of the server, with text and sort and nothing else', () => {
    assert.deepEqual(queryOf(filters, { coverage: 'assessed', cols: 'name', q: 'lap', x: '1' }, '-missing'), {
      coverage: 'assessed',
      missing: undefined,
      q: 'lap',
      sort: '-missing',
    });
  });
});
