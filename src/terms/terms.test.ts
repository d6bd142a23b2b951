import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { vectors } from '../../test/support/vectors.ts';
import { parseArchitecture } from './architecture.ts';
import { parseInstallationType } from './installation-type.ts';
import { compareKbNumbers, formatKb, parseKbNumber } from './kb-number.ts';
import { parseProductId, platformOf } from './product-id.ts';
import { parseReleaseId, tryParseReleaseId } from './release-id.ts';
import { TermFormatError } from './term-format-error.ts';
import { parseUpdateKind, tryParseUpdateKind, updateKinds } from './update-kind.ts';
import { isCve, parseVulnerabilityId } from './vulnerability-id.ts';
import { formatWindowsBuild, parseWindowsBuild } from './windows-build.ts';

const terms = [
  { name: 'kb-number', parse: parseKbNumber, format: formatKb as (value: never) => string },
  { name: 'vulnerability-id', parse: parseVulnerabilityId, format: String },
  { name: 'product-id', parse: parseProductId, format: String },
  { name: 'windows-build', parse: parseWindowsBuild, format: formatWindowsBuild as (value: never) => string },
  { name: 'release-id', parse: parseReleaseId, format: String },
];

for (const { name, parse, format } of terms) {
  describe(name, () => {
    for (const text of vectors(`${name}.valid`)) {
      it(`takes ${JSON.stringify(text)}, and again what it formats`, () => {
        const value = parse(text);
        assert.deepEqual(parse(format(value as never)), value);
      });
    }
    for (const text of ['', ...vectors(`${name}.invalid`)]) {
      it(`refuses ${JSON.stringify(text)}, saying what it expected and got`, () => {
        assert.throws(
          () => parse(text),
          (error: unknown) =>
            error instanceof TermFormatError && error.received === text && error.message.includes('expected'),
        );
      });
    }
    it('never throws anything else', () => {
      fc.assert(
        fc.property(fc.string(), (text) => {
          try {
            parse(text);
          } catch (error) {
            assert.ok(error instanceof TermFormatError);
          }
        }),
      );
    });
  });
}

describe('parse after format is the identity', () => {
  const digits = (least: number, most: number): fc.Arbitrary<string> =>
    fc.integer({ min: least, max: most }).map(String);
  it('of KB numbers', () => {
    fc.assert(
      fc.property(digits(100_000, 9_999_999), (text) =>
        assert.equal(parseKbNumber(formatKb(parseKbNumber(text))), text),
      ),
    );
  });
  it('of Windows builds', () => {
    const build = fc.record({
      major: fc.integer({ min: 0, max: 99 }),
      minor: fc.integer({ min: 0, max: 99 }),
      build: fc.integer({ min: 1000, max: 99_999 }),
      ubr: fc.option(fc.integer({ min: 0, max: 99_999 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(build, (value) => assert.deepEqual(parseWindowsBuild(formatWindowsBuild(value)), { ...value })),
    );
  });
  it('of vulnerability ids', () => {
    const cve = fc
      .tuple(fc.integer({ min: 1999, max: 2099 }), fc.integer({ min: 0, max: 9_999_999 }))
      .map(([year, number]) => `CVE-${year}-${String(number).padStart(4, '0')}`);
    const advisory = digits(100_000, 999_999).map((number) => `ADV${number}`);
    fc.assert(fc.property(fc.oneof(cve, advisory), (text) => assert.equal(parseVulnerabilityId(text), text)));
  });
  it('of product ids', () => {
    const id = fc.oneof(
      digits(0, 99_999),
      fc.tuple(digits(0, 99_999), digits(0, 99_999)).map((pair) => pair.join('-')),
    );
    fc.assert(fc.property(id, (text) => assert.equal(parseProductId(text), text)));
  });
  it('of update kinds', () => {
    for (const kind of updateKinds) assert.equal(parseUpdateKind(kind), kind);
    assert.throws(() => parseUpdateKind('patch'), TermFormatError);
    assert.equal(tryParseUpdateKind(' LCU '), 'lcu');
    assert.equal(tryParseReleaseId('2024'), undefined);
  });
});

describe('what terms say', () => {
  it('KB numbers sort by value, not as text', () => {
    assert.deepEqual(['5034127', '891716', '4540673'].map(parseKbNumber).sort(compareKbNumbers), [
      '891716',
      '4540673',
      '5034127',
    ]);
  });
  it('an advisory is no CVE', () => {
    assert.deepEqual(
      ['CVE-2020-0796', 'ADV190003'].map((id) => isCve(parseVulnerabilityId(id))),
      [true, false],
    );
  });
  it('a component stands on its platform', () => {
    assert.deepEqual(
      ['12079-12243', '12243'].map((id) => platformOf(parseProductId(id))),
      ['12243', undefined],
    );
  });

  const architectures = [
    ['x64-based PC', 'x64'],
    ['X86-based PC', 'x86'],
    ['ARM64-based PC', 'arm64'],
    ['AMD64', 'x64'],
    ['x86_64', 'x64'],
    ['64-bit', 'x64'],
    ['64 ビット', 'x64'],
    ['64-разрядная', 'x64'],
    ['32-bit', 'x86'],
    ['i686', 'x86'],
    ['ARM 64-bit Processor', 'arm64'],
    ['aarch64', 'arm64'],
    ['Itanium', 'ia64'],
    ['sparc', undefined],
  ] as const;
  for (const [text, expected] of architectures)
    it(`architecture "${text}"`, () => assert.equal(parseArchitecture(text), expected));

  const installations = [
    ['Client', 'Client'],
    ['WorkStation', 'Client'],
    ['Server', 'Server'],
    ['DomainController', 'Server'],
    ['domain_controller', 'Server'],
    ['server core', 'Server Core'],
    ['Nano Server', 'Server Core'],
    ['Embedded', undefined],
  ] as const;
  for (const [text, expected] of installations)
    it(`installation type "${text}"`, () => assert.equal(parseInstallationType(text), expected));
});
