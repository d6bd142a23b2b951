import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { startFleetServer } from '../support/fleet-server.ts';
import type { JsonRow } from '../support/fleet-server.ts';

// Any filter, evaluated here row by row as OData and the contract say, finds what the server finds.

const { ask, all } = await startFleetServer(() => new Date('2026-11-23T12:00:00Z'));

const lists: Readonly<Record<string, readonly string[]>> = {
  '/api/machines': [
    'computerDnsName',
    'id',
    'version',
    'osProcessor',
    'deviceValue',
    'machineTags',
    'lastSeen',
    'exposureLevel',
    'onboardingStatus',
    'lastIpAddress',
    'healthStatus',
    'osPlatform',
    'riskScore',
    'rbacGroupId',
    'osBuild',
    'aadDeviceId',
  ],
  '/api/Software': ['id', 'name', 'vendor'],
  '/api/vulnerabilities': ['id', 'name', 'description', 'cvssV3', 'publishedOn', 'severity', 'updatedOn'],
  '/api/vulnerabilities/machinesVulnerabilities': [
    'id',
    'cveId',
    'machineId',
    'fixingKbId',
    'productName',
    'productVersion',
    'severity',
    'productVendor',
  ],
  '/api/recommendations': [
    'id',
    'productName',
    'vendor',
    'recommendedVersion',
    'recommendationCategory',
    'subCategory',
    'severityScore',
    'remediationType',
    'recommendedProgram',
    'recommendedVendor',
    'status',
  ],
};

/** Where a page ends and another follows; default 10,000. */
const largestPages: Readonly<Record<string, number>> = {
  '/api/vulnerabilities': 8000,
  '/api/vulnerabilities/machinesVulnerabilities': 10_000,
};

type Value = string | number | null;

/** A filter as text, and which rows it wants. */
interface Wanted {
  readonly text: string;
  readonly fits: (row: JsonRow) => boolean;
}

const isInstant = (value: unknown): boolean => /^\d{4}-\d\d-\d\dT/.test(String(value));
const literal = (value: Value): string =>
  typeof value !== 'string' ? String(value) : isInstant(value) ? value : `'${value.replaceAll("'", "''")}'`;
/** Texts without case, instants as such. */
const comparable = (value: unknown): unknown =>
  typeof value !== 'string' ? (value ?? null) : isInstant(value) ? Date.parse(value) : value.toLowerCase();

function compare(a: unknown, operator: string, b: unknown): boolean {
  if (operator === 'eq') return a === b;
  if (operator === 'ne') return a !== b;
  if (a === null || b === null) return false;
  const [x, y] = [a as number, b as number];
  return operator === 'gt' ? x > y : operator === 'ge' ? x >= y : operator === 'lt' ? x < y : x <= y;
}

/** Of a list any element fits; unequal is it where none is equal. */
function holds(own: unknown, operator: string, value: unknown): boolean {
  if (!Array.isArray(own)) return compare(comparable(own), operator, comparable(value));
  if (operator === 'ne') return !holds(own, 'eq', value);
  return own.some((each) => compare(comparable(each), operator, comparable(value)));
}

const anyCase = (word: string): fc.Arbitrary<string> =>
  fc.constantFrom(word, word.toUpperCase(), word.toLowerCase(), `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);

function testsOf(name: string, rows: readonly JsonRow[]): fc.Arbitrary<Wanted> {
  const values = rows.flatMap((row) => row[name] as Value | readonly Value[]);
  const isList = rows.some((row) => Array.isArray(row[name]));
  const known = fc
    .constantFrom(...(values.length === 0 ? [null] : values))
    .chain((value) => (typeof value === 'string' && !isInstant(value) ? anyCase(value) : fc.constant(value)));
  const isOrdered =
    values.every((value) => typeof value === 'number' || isInstant(value)) || ['id', 'cveId', 'name'].includes(name);
  const operators = isOrdered ? ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] : ['eq', 'ne'];
  const comparison = fc
    .tuple(anyCase(name), fc.constantFrom(...operators), isList ? known.filter((value) => value !== null) : known)
    .map(([property, operator, value]): Wanted => ({
      text: `${property} ${operator} ${literal(value)}`,
      fits: (row) => holds(row[name], operator, value),
    }));
  const texts = values.filter((value): value is string => typeof value === 'string' && !isInstant(value));
  if (texts.length === 0) return comparison;
  const text = fc.constantFrom(...texts).chain(anyCase);
  const membership = fc
    .tuple(anyCase(name), fc.array(text, { minLength: 1, maxLength: 4 }))
    .map(([property, among]): Wanted => ({
      text: `${property} in (${among.map(literal).join(',')})`,
      fits: (row) => among.some((value) => holds(row[name], 'eq', value)),
    }));
  const enums = [
    'deviceValue',
    'exposureLevel',
    'onboardingStatus',
    'healthStatus',
    'riskScore',
    'status',
    'aadDeviceId',
  ];
  if (enums.includes(name)) return fc.oneof(comparison, membership);
  const part = fc
    .tuple(anyCase(name), text, fc.nat(12), fc.nat(12), fc.constantFrom('startswith', 'endswith', 'contains'))
    .map(([property, whole, from, length, test]): Wanted => {
      const cut = whole.slice(from, from + length);
      const fitsOne = (each: unknown): boolean => {
        if (typeof each !== 'string') return false;
        const [own, wanted] = [each.toLowerCase(), cut.toLowerCase()];
        return test === 'contains'
          ? own.includes(wanted)
          : test === 'startswith'
            ? own.startsWith(wanted)
            : own.endsWith(wanted);
      };
      return {
        text: `${test}(${property},${literal(cut)})`,
        fits: (row) => (Array.isArray(row[name]) ? (row[name] as unknown[]).some(fitsOne) : fitsOne(row[name])),
      };
    });
  return fc.oneof(comparison, membership, part);
}

function filtersOf(names: readonly string[], rows: readonly JsonRow[]): fc.Arbitrary<Wanted> {
  const test = fc.oneof(...names.map((name) => testsOf(name, rows)));
  return fc.letrec<{ filter: Wanted }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      test,
      tie('filter').map(({ text, fits }) => ({ text: `not (${text})`, fits: (row: JsonRow) => !fits(row) })),
      fc.tuple(tie('filter'), fc.constantFrom('and', 'AND', 'or', 'Or'), tie('filter')).map(([a, word, b]) => ({
        text: `(${a.text}) ${word} (${b.text})`,
        fits: (row: JsonRow) =>
          word.toLowerCase() === 'and' ? a.fits(row) && b.fits(row) : a.fits(row) || b.fits(row),
      })),
    ),
  })).filter;
}

for (const [path, names] of Object.entries(lists)) {
  const rows = await all(path);
  describe(`$filter of ${path}`, () => {
    it('finds the rows that fit, and counts them', async () => {
      assert.ok(rows.length > 0);
      await fc.assert(
        fc.asyncProperty(filtersOf(names, rows), async ({ text, fits }) => {
          const { status, body } = await ask(`${path}?$count=true&$select=id&$filter=${encodeURIComponent(text)}`);
          assert.equal(status, 200, `${text}: ${JSON.stringify(body)}`);
          const expected = rows.filter(fits).map(({ id }) => id);
          const page = body['@odata.nextLink'] === undefined ? expected.length : largestPages[path];
          assert.deepEqual(
            body.value.map(({ id }) => id),
            expected.slice(0, page),
            text,
          );
          assert.equal(body['@odata.count'], expected.length, text);
        }),
        { numRuns: 150 },
      );
    });

    it('is 200 or 400 ODataError whatever is written', async () => {
      const word = fc.constantFrom(
        ...names,
        'and',
        'or',
        'not',
        'in',
        'eq',
        'any',
        '(',
        ')',
        ',',
        "'",
        "'a'",
        '/',
        ':',
        '1e999',
        '-',
        'null',
        '2026-02-30',
        '%',
        '\u0000',
        '💥',
        'contains',
        '$it',
        '[',
        '"',
      );
      const garbage = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.array(word, { maxLength: 15 }).map((words) => words.join(' ')),
      );
      const option = fc.constantFrom(
        '$filter',
        '$orderby',
        '$select',
        '$top',
        '$skip',
        '$count',
        '$skiptoken',
        '$expand',
        '$search',
        '$apply',
      );
      await fc.assert(
        fc.asyncProperty(option, garbage, async (name, text) => {
          const { status, body } = await ask(`${path}?${name}=${encodeURIComponent(text.toWellFormed())}`);
          const code = (body['error'] as { readonly code: string } | undefined)?.code;
          assert.ok(
            status === 200 || (status === 400 && code === 'ODataError'),
            `${name}=${text}: ${status} ${JSON.stringify(body)}`,
          );
        }),
        { numRuns: 150 },
      );
    });
  });
}
