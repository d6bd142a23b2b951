import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { AdvisoryDocument } from '../../src/catalogue/advisory-document.ts';
import { packCatalogue, unpackCatalogue } from '../../src/catalogue/catalogue-format.ts';
import type { CompiledCatalogue } from '../../src/catalogue/catalogue-format.ts';
import { compileCatalogue } from '../../src/catalogue/compile-catalogue.ts';
import { expandCatalogue } from '../../src/catalogue/expand-catalogue.ts';
import { replaceDocuments } from '../../src/catalogue/replace-documents.ts';
import { findHeldRevision, sizeOf } from '../../src/catalogue/suspect-document.ts';
import { readDocument } from '../../src/sources/msrc-cvrf/read-document.ts';
import { parseKbNumber } from '../../src/terms/kb-number.ts';
import { parseProductId } from '../../src/terms/product-id.ts';
import { parseReleaseId } from '../../src/terms/release-id.ts';
import { parseVulnerabilityId } from '../../src/terms/vulnerability-id.ts';
import { madeUpDocument } from '../support/published-documents.ts';
import { needsShared, sharedPath } from '../support/shared.ts';

function starter(): CompiledCatalogue {
  return unpackCatalogue(readFileSync(new URL('../../src/catalogue/starter/starter.kbcat', import.meta.url)));
}

function idOf(compiled: CompiledCatalogue): string {
  return packCatalogue(compiled, 1).id;
}

function replaceDocument(held: CompiledCatalogue, document: AdvisoryDocument): CompiledCatalogue {
  return replaceDocuments(held, [compileCatalogue([document])]);
}

function anew(held: CompiledCatalogue, document: AdvisoryDocument): CompiledCatalogue {
  const others = expandCatalogue(held).filter(({ id }) => id.toLowerCase() !== document.id.toLowerCase());
  return compileCatalogue([...others, document]);
}

/** As a kbgap compiled it that knew no scores and no known issues. */
function withoutLater({ head, columns }: CompiledCatalogue): CompiledCatalogue {
  const { scoreVectors: _vectors, knownIssueUrls: _urls, ...oldHead } = head;
  const old = Object.entries(columns).filter(([name]) => !/^(?:score|knownIssue)/.test(name));
  return { head: oldHead, columns: Object.fromEntries(old) as CompiledCatalogue['columns'] };
}

interface Rated {
  readonly month: string;
  readonly day?: string;
  readonly products: readonly string[];
  /** Base scores with their vectors and products, one list for each vulnerability. */
  readonly scores: readonly (readonly (readonly [number, string, ...string[]])[])[];
  /** KB numbers with an address where it is not the usual one. */
  readonly issues: readonly (readonly [string, string?])[];
}

/** A document whose first product alone has updates; the others may stand in scores only. */
function rated({ month, day = '14', products, scores, issues }: Rated): AdvisoryDocument {
  const place = ['Jan', 'Feb', 'Mar', 'Apr'].indexOf(month) + 1;
  return {
    id: parseReleaseId(`2020-${month}`),
    title: `${month} 2020`,
    initialReleaseAt: `2020-0${place}-14T08:00:00Z`,
    currentReleaseAt: `2020-0${place}-${day}T08:00:00Z`,
    hash: `sha256:${month}${day}`,
    products: products.map((id) => ({ id: parseProductId(id), name: `Product ${id} of ${month}`, family: month })),
    vulnerabilities: scores.map((each, index) => ({
      id: parseVulnerabilityId(`CVE-2020-${place}00${index}`),
      exploited: false,
      severities: [],
      scores: each.map(([baseScore, vector, ...ids]) => ({ baseScore, vector, products: ids.map(parseProductId) })),
      remediations: [
        {
          kb: parseKbNumber(`450000${place}`),
          description: '',
          subType: 'Security Update',
          fixedBuild: '',
          supersedes: [],
          url: '',
          restartRequired: 'Yes',
          products: products.slice(0, 1).map(parseProductId),
        },
      ],
    })),
    counts: { vulnerabilities: scores.length, vendorFixRows: 0, kbRows: 0, windowsKbRows: 0, setAside: 0 },
    knownIssues: issues.map(([kb, url = `https://support.microsoft.com/help/${kb}`]) => ({
      kb: parseKbNumber(kb),
      url,
    })),
  };
}

describe('putting one document with scores and known issues into a catalogue', () => {
  const held = [
    rated({
      month: 'Jan',
      products: ['100', '200', '300'],
      scores: [
        [
          [9.8, 'CVSS:3.1/M', '200', '300'],
          [5, 'CVSS:3.1/A', '100'],
        ],
        [[7.8, 'CVSS:3.1/Z']],
      ],
      issues: [['4500001'], ['4500001', 'https://example.org/z']],
    }),
    rated({
      month: 'Feb',
      products: ['100', '300', '400'],
      scores: [
        [
          [4.3, 'CVSS:3.1/B', '300'],
          [4.3, 'CVSS:3.1/M', '400'],
        ],
        [],
        [[1.2, 'CVSS:3.1/A']],
      ],
      issues: [['4500002', 'https://example.org/b'], ['4500003']],
    }),
    rated({ month: 'Apr', products: ['200'], scores: [[[6.5, 'CVSS:3.1/B']]], issues: [] }),
  ];
  const revised = [
    {
      says: 'in place of one, whose own texts and products go',
      document: rated({
        month: 'Feb',
        day: '20',
        products: ['100', '150'],
        scores: [
          [
            [8.1, 'CVSS:3.1/C', '150'],
            [3, 'CVSS:3.1/Z', '100'],
          ],
        ],
        issues: [['4500009'], ['4500009', 'https://example.org/a']],
      }),
    },
    {
      says: 'in place of one with none of either',
      document: rated({ month: 'Jan', day: '20', products: ['100'], scores: [[], []], issues: [] }),
    },
    {
      says: 'between two others',
      document: rated({
        month: 'Mar',
        products: ['100', '400'],
        scores: [
          [
            [2.5, 'CVSS:3.1/0', '400'],
            [2, 'CVSS:3.1/Z', '100'],
          ],
        ],
        issues: [
          ['4500004', 'https://example.org/z'],
          ['4500004', 'https://example.org/zz'],
        ],
      }),
    },
  ];
  for (const { says, document } of revised) {
    it(`${says}: the same as compiling all anew`, () => {
      const compiled = compileCatalogue(held);
      const replaced = replaceDocument(compiled, document);
      assert.equal(idOf(replaced), idOf(anew(compiled, document)));
      const kept = expandCatalogue(replaced).find(({ id }) => id === document.id);
      assert.deepEqual(
        kept?.vulnerabilities.map(({ scores }) => scores),
        document.vulnerabilities.map(({ scores }) => scores),
      );
      assert.deepEqual(kept.knownIssues, document.knownIssues);
    });

    it(`${says}, the others compiled by an older kbgap: the same as compiling all anew`, () => {
      const compiled = withoutLater(compileCatalogue(held));
      assert.equal(idOf(replaceDocument(compiled, document)), idOf(anew(compiled, document)));
    });

    it(`${says}, itself without either: the same as compiling all anew`, () => {
      const { knownIssues: _issues, ...rest } = document;
      const bare: AdvisoryDocument = {
        ...rest,
        vulnerabilities: rest.vulnerabilities.map(({ scores: _scores, ...each }) => each),
      };
      const compiled = compileCatalogue(held);
      assert.equal(idOf(replaceDocument(compiled, bare)), idOf(anew(compiled, bare)));
    });
  }
});

describe('putting several documents into a catalogue', () => {
  const month = (name: string, day: string, ...products: readonly string[]): AdvisoryDocument =>
    rated({ month: name, day, products, scores: [[[5, `CVSS:3.1/${name}`]], []], issues: [['4500001']] });
  const held = [month('Jan', '14', '100', '200'), month('Feb', '14', '200', '300'), month('Apr', '14', '300')];
  const fresh = [month('Apr', '20', '100'), month('Mar', '14', '200', '400'), month('Jan', '20', '100', '150')];
  const compiled = fresh.map((each) => compileCatalogue([each]));
  const cases: readonly {
    readonly says: string;
    readonly before: readonly AdvisoryDocument[] | undefined;
    readonly kept: readonly string[];
    readonly keeps?: () => boolean;
  }[] = [
    { says: 'into none', before: undefined, kept: [] },
    { says: 'in place of some, among others', before: held, kept: ['2020-Feb'] },
    { says: 'where no held one may stay', before: held, kept: [], keeps: () => false },
  ];
  for (const { says, before, kept, keeps } of cases) {
    it(`${says}: the same as compiling all, in any order`, () => {
      const into = before && compileCatalogue(before);
      const others = into === undefined ? [] : expandCatalogue(into).filter(({ id }) => kept.includes(id));
      const expected = idOf(compileCatalogue([...others, ...fresh]));
      assert.equal(idOf(replaceDocuments(into, compiled, keeps)), expected);
      assert.equal(idOf(replaceDocuments(into, compiled.toReversed(), keeps)), expected);
    });
  }
});

describe('putting one document into a catalogue', () => {
  const madeUp = [
    { says: 'a new month', month: 'Sep' },
    { says: 'an early month that was never published', month: 'Feb', year: 2016 },
    { says: 'a month of many in place of its document', month: 'Jun', cves: 3 },
    { says: 'a document without content', month: 'Jan', cves: 0 },
  ];
  for (const { says, ...document } of madeUp) {
    it(`${says}: the same as compiling all anew`, () => {
      const { document: read } = readDocument('made up', madeUpDocument(document).xml());
      assert.equal(idOf(replaceDocument(starter(), read)), idOf(anew(starter(), read)));
    });
  }

  it('counts what a compiled document says', () => {
    const held = starter();
    for (const each of expandCatalogue(held).filter(({ id }) => /^20(?:16-Jan|20-Mar|26-Jun)$/.test(id))) {
      assert.deepEqual(findHeldRevision(held, each.id), {
        ...sizeOf(each),
        hash: each.hash,
        currentReleaseAt: each.currentReleaseAt,
      });
    }
  });
});

describe('all real documents, each compiled alone', needsShared(), () => {
  it('put together are the same as compiled together', () => {
    const held = starter();
    const alone = expandCatalogue(held).map((each) => compileCatalogue([each]));
    assert.equal(idOf(replaceDocuments(undefined, alone)), idOf(held));
  });
});

describe('putting a real revision into a catalogue', needsShared(), () => {
  const read = (name: string, folder = 'cvrf'): AdvisoryDocument =>
    readDocument(name, gunzipSync(readFileSync(sharedPath(folder, `${name}.xml.gz`)))).document;

  for (const name of ['2016-Apr', '2017-May-B', '2018-Feb', '2020-Mar', '2025-May', '2026-May']) {
    it(`${name}: the same as compiling all anew`, () => {
      const document = read(name, 'cvrf-vintage');
      const held = starter();
      assert.equal(idOf(replaceDocument(held, document)), idOf(anew(held, document)));
      const old = withoutLater(held);
      assert.equal(idOf(replaceDocument(old, document)), idOf(anew(old, document)));
    });
  }

  for (const name of ['2018-Feb', '2020-Mar', '2025-May']) {
    it(`${name} among documents with scores and known issues: the same as compiling all anew`, () => {
      const held = compileCatalogue(
        ['2017-Nov', '2018-FEB', '2020-Mar', '2024-Jan', '2025-May', '2026-May'].map((each) => read(each)),
      );
      assert.ok((held.columns.scoreSet ?? []).some((set) => set > 0) && (held.columns.knownIssueKb ?? []).length > 0);
      const document = read(name, 'cvrf-vintage');
      assert.equal(idOf(replaceDocument(held, document)), idOf(anew(held, document)));
    });
  }
});
