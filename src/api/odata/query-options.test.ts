import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { double, entityType, flag, instant, listOf, nullable, text } from '../contract/edm.ts';
import type { RowOf } from '../contract/edm.ts';
import { collectionOf } from '../contract/collection.ts';
import { ApiError } from '../errors.ts';
import type { Literal } from './filter.ts';
import { pageOf } from './page.ts';
import { parseQueryOptions } from './query-options.ts';

const type = entityType('Thing', {
  id: text('Id.'),
  name: nullable(text('Name.')),
  score: nullable(double('Score.')),
  seen: nullable(instant('Seen.')),
  isGood: flag('Good.'),
  tags: nullable(listOf(text('Tag.'), 'Tags.')),
});
type Thing = RowOf<typeof type>;
const rules = { type, largestPage: 3, fixed: new Set(['isGood']) };

const thing = (id: string, more: Partial<Thing> = {}): Thing => ({
  id,
  name: null,
  score: null,
  seen: null,
  isGood: true,
  tags: [],
  ...more,
});
const things: readonly Thing[] = [
  thing('d', { name: 'Beta', score: 2, seen: '2026-01-02T00:00:00Z' }),
  thing('a', { name: 'alpha', score: 10, seen: '2026-01-02T00:00:00.5Z', tags: ['x', 'Lab'] }),
  thing('c', { name: 'beta', score: 2, tags: ['y'] }),
  thing('b', { score: -1, seen: '2026-01-01T00:00:00.1234567Z' }),
];

function ids(query: Readonly<Record<string, string>>, rows = things): string {
  return pageOf(rows, parseQueryOptions(query, rules), 100)
    .rows.map(({ id }) => id)
    .join('');
}

const answers: readonly [query: Readonly<Record<string, string>>, ids: string][] = [
  [{}, 'abcd'],
  [{ $filter: "name eq 'BETA'" }, 'cd'],
  [{ $filter: 'name eq null' }, 'b'],
  [{ $filter: "name ne 'beta'" }, 'ab'],
  [{ $filter: "name lt 'b'" }, 'a'],
  [{ $filter: 'score gt 2' }, 'a'],
  [{ $filter: "score ge '2'" }, 'acd'],
  [{ $filter: 'score in (2, -1)' }, 'bcd'],
  [{ $filter: "NAME in ('alpha','x') OR score EQ -1" }, 'ab'],
  [{ $filter: 'seen gt 2026-01-02' }, 'a'],
  [{ $filter: 'seen ge 2026-01-02Z' }, 'ad'],
  [{ $filter: 'seen gt 2026-01-01T00:00:00.1234566Z and seen lt 2026-01-01T00:00:00.1234568Z' }, 'b'],
  [{ $filter: "tags eq 'lab'" }, 'a'],
  [{ $filter: "tags ne 'x'" }, 'bcd'],
  [{ $filter: "tags/any(t: t ne 'x')" }, 'ac'],
  [{ $filter: 'tags/any()' }, 'ac'],
  [{ $filter: 'not tags/any()' }, 'bd'],
  [{ $filter: "startswith(name,'b') and not (id eq 'c')" }, 'd'],
  [{ $filter: "contains(name,'ET') eq true" }, 'cd'],
  [{ $filter: "endswith(trim(name),'a')" }, 'acd'],
  [{ $orderby: 'score' }, 'bcda'],
  [{ $orderby: 'score desc' }, 'acdb'],
  [{ $orderby: 'name' }, 'bacd'],
  [{ $orderby: ' Name DESC , id desc ' }, 'dcab'],
  [{ $orderby: 'seen,score' }, 'cbda'],
  [{ $top: '2' }, 'ab'],
  [{ $top: '0' }, ''],
  [{ $skip: '3' }, 'd'],
  [{ $skip: '9' }, ''],
  [{ $TOP: '1', $Skip: '1' }, 'b'],
  [{ pageSize: '10000', pageIndex: '1' }, 'abcd'],
  [{ $expand: '', $format: 'application/json;odata.metadata=none' }, 'abcd'],
];

const refused: readonly [query: Readonly<Record<string, unknown>>, message: RegExp][] = [
  [{ $top: '-1' }, /\$top: expected a whole number of 0 or more at position 1, got "-1"/],
  [{ $skip: 'x' }, /\$skip: expected a whole number/],
  [{ $top: ['1', '2'] }, /given more than once/],
  [{ $top: '1', $Top: '2' }, /given more than once/],
  [{ $count: 'yes' }, /\$count: expected true or false/],
  [{ $fliter: 'x' }, /\$fliter is not known/],
  [{ $expand: ' tags' }, /nothing to expand, got "tags" \(position 2\)/],
  [{ $format: 'xml' }, /\$format: expected json at position 1/],
  [{ $select: 'id, size' }, /no property "size" \(position 5\)/],
  [{ $orderby: 'size' }, /cannot be sorted by "size" \(position 1\)/],
  [{ $orderby: 'id, tags' }, /cannot be sorted by "tags" \(position 5\)/],
  [{ $orderby: 'isGood' }, /cannot be sorted by "isGood"/],
  [{ $orderby: 'id upwards' }, /expected "asc", "desc" or "," at position 4, got "upwards"/],
  [{ $orderby: 'id,' }, /expected a property at position 4, got the end/],
  [{ $filter: 'isGood eq true' }, /cannot be filtered by "isGood"/],
  [{ $filter: "name eq 'x" }, /position 9/],
  [{ $skiptoken: 'rubbish' }, /\$skiptoken: expected one from a next link/],
  [{ $skiptoken: Buffer.from('["a","b"]').toString('base64url') }, /\$skiptoken/],
  [{ $skiptoken: Buffer.from('[{}]').toString('base64url') }, /\$skiptoken/],
];

describe('OData options', () => {
  for (const [query, expected] of answers)
    it(`${JSON.stringify(query)} gives ${expected}`, () => assert.equal(ids(query), expected));
  for (const [query, message] of refused) {
    it(`refuses ${JSON.stringify(query)}`, () => {
      assert.throws(
        () => parseQueryOptions(query, rules),
        (error: unknown) =>
          error instanceof ApiError &&
          error.status === 400 &&
          error.code === 'ODataError' &&
          message.test(error.message),
      );
    });
  }
});

describe('next links', () => {
  /** Follows the links to the end, `change` in between; gives the ids of each page. */
  function pages(first: string, rows: Thing[], change: () => void = () => undefined): string[] {
    const seen: string[] = [];
    for (let url: string | undefined = first; url !== undefined && seen.length < 20; change()) {
      const query = Object.fromEntries(new URL(url, 'http://here').searchParams);
      const options = parseQueryOptions(query, rules);
      const page = pageOf(rows, options, rules.largestPage);
      const answer: Readonly<Record<string, unknown>> & { readonly value: readonly Partial<Thing>[] } = collectionOf({
        baseUrl: 'https://gap.example',
        url: new URL(url, 'http://here').pathname + new URL(url, 'http://here').search,
        fragment: 'Things',
        ...page,
        options,
      }) as never;
      seen.push(answer.value.map(({ id }) => id).join(''));
      url = answer['@odata.nextLink'] as string | undefined;
      if (url !== undefined) assert.ok(url.startsWith('https://gap.example/api/things?'), url);
    }
    return seen;
  }
  const seven = (): Thing[] => 'gfedcba'.split('').map((id, index) => thing(id, { score: index % 2 }));

  for (const [query, expected] of [
    ['', ['abc', 'def', 'g']],
    ['?$orderby=score desc', ['bdf', 'ace', 'g']],
    ['?$filter=score%20eq%200', ['ace', 'g']],
    ['?$top=2', ['ab']],
    ['?$top=5', ['abc', 'de']],
    ['?$top=3', ['abc']],
    ['?$skip=5', ['fg']],
    ['?$skip=2&pageSize=4', ['cde', 'fg']],
    ['?$top=0', ['']],
    ['?$orderby=name', ['abc', 'def', 'g']],
  ] as const) {
    it(`/api/things${query} gives ${expected.join(' | ')}`, () => {
      assert.deepEqual(pages(`/api/things${query}`, seven()), expected);
    });
  }

  it('neither repeat nor lose rows while others come and go', () => {
    const rows = seven();
    const found = pages('/api/things', rows, () =>
      rows.splice(
        rows.findIndex(({ id }) => id === 'a'),
        1,
        thing('aa'),
      ),
    );
    assert.deepEqual(found, ['abc', 'def', 'g']);
  });

  it('keep what was asked, and count over all pages', () => {
    const options = parseQueryOptions({ $count: 'true', $select: 'name,ID' }, rules);
    const page = pageOf(seven(), options, 2);
    const answer = collectionOf({
      baseUrl: 'https://gap.example',
      url: '/API/v1.0/things?$count=true&%24select=name,ID&q=a+b',
      fragment: 'Things',
      ...page,
      options,
    });
    assert.deepEqual(Object.keys(answer), ['@odata.context', '@odata.count', 'value', '@odata.nextLink']);
    assert.equal(answer['@odata.context'], 'https://gap.example/api/$metadata#Things(id,name)');
    assert.equal(answer['@odata.count'], 7);
    assert.deepEqual(answer.value, [
      { id: 'a', name: null },
      { id: 'b', name: null },
    ]);
    const token = Buffer.from(JSON.stringify(['b'] satisfies Literal[])).toString('base64url');
    assert.equal(
      answer['@odata.nextLink'],
      `https://gap.example/API/v1.0/things?$count=true&$select=name%2CID&q=a%20b&$skiptoken=${token}`,
    );
  });
});
