import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { QueryRows } from './query-rows.ts';
import { parseResultLine } from './result-line.ts';
import type { ResultLine } from './result-line.ts';

function line(fields: object): ResultLine {
  const parsed = parseResultLine({ name: 'q', hostIdentifier: 'h', ...fields });
  assert.ok(parsed !== undefined);
  return parsed;
}

function kbsAfter(lines: readonly object[]): readonly unknown[] {
  const rows = new QueryRows();
  for (const each of lines) rows.apply(line(each));
  return rows.toResultSet('q').rows.map(({ kb }) => kb);
}

const added = (kb: string, counter: number, epoch = 0): object => ({
  columns: { kb },
  action: 'added',
  epoch,
  counter,
  unixTime: 1000 + epoch * 100 + counter,
});
const removed = (kb: string, counter: number): object => ({ ...added(kb, counter), action: 'removed' });

describe('the rows of a query after its log lines', () => {
  const cases: readonly [says: string, lines: readonly object[], kbs: readonly string[]][] = [
    ['what was added and not taken away', [added('1', 0), added('2', 0), removed('1', 1), added('3', 1)], ['2', '3']],
    ['a second first run starts anew', [added('1', 0), { ...added('2', 0), unixTime: 2000 }], ['2']],
    ['a new epoch starts anew', [added('1', 0), added('2', 1), added('3', 0, 1), added('4', 0, 1)], ['3', '4']],
    ['a log that begins in the middle', [added('5', 7), removed('1', 7)], ['5']],
    [
      'a snapshot replaces all',
      [added('1', 0), { snapshot: [{ kb: '9' }], action: 'snapshot', unixTime: 3000 }],
      ['9'],
    ],
    ['an empty snapshot too', [added('1', 0), { snapshot: [], action: 'snapshot', unixTime: 3000 }], []],
    [
      'rows of one snapshot come in several lines',
      [
        { columns: { kb: '1' }, action: 'snapshot', unixTime: 10 },
        { columns: { kb: '2' }, action: 'snapshot', unixTime: 20 },
        { columns: { kb: '3' }, action: 'snapshot', unixTime: 20 },
      ],
      ['2', '3'],
    ],
    [
      'an older line that comes late says nothing',
      [
        { snapshot: [{ kb: '2' }], unixTime: 20 },
        { snapshot: [{ kb: '1' }], unixTime: 10 },
      ],
      ['2'],
    ],
    [
      'a line that is sent twice says nothing new',
      [added('1', 0), added('2', 1), added('2', 1), added('1', 0)],
      ['1', '2'],
    ],
    [
      'the order of columns and numbers for texts make no other row',
      [
        { columns: { kb: '1', n: 2 }, action: 'added', unixTime: 1 },
        { columns: { n: '2', kb: 1 }, action: 'removed', unixTime: 2 },
      ],
      [],
    ],
  ];
  for (const [says, lines, kbs] of cases) it(says, () => assert.deepEqual(kbsAfter(lines), kbs));

  it('are the same when they were kept between the lines', () => {
    const lines = fc.array(
      fc.record({
        action: fc.constantFrom('added', 'removed', 'snapshot'),
        columns: fc.constantFrom({ kb: '1' }, { kb: '2' }, { kb: '3' }),
        epoch: fc.integer({ min: 0, max: 1 }),
        counter: fc.integer({ min: 0, max: 3 }),
        unixTime: fc.integer({ min: 1_700_000_000, max: 1_700_000_005 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(lines, (all) => {
        const straight = new QueryRows();
        let kept = new QueryRows();
        for (const each of all) {
          straight.apply(line(each));
          kept.apply(line(each));
          kept = new QueryRows(JSON.parse(JSON.stringify(kept.toKept())));
        }
        assert.deepEqual(kept.toResultSet('q'), straight.toResultSet('q'));
      }),
    );
  });
});

describe('what is no result line', () => {
  for (const value of [
    null,
    7,
    'x',
    [],
    {},
    { name: 'q' },
    { name: 'q', hostIdentifier: 'h' },
    { name: 'q', hostIdentifier: 'h', columns: { a: [] }, action: 'added' },
    { name: 'q', hostIdentifier: 'h', columns: { a: '1' }, action: 'odd' },
  ]) {
    it(JSON.stringify(value), () => assert.equal(parseResultLine(value), undefined));
  }
});
