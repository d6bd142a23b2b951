import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packCatalogue, unpackCatalogue } from '../../src/catalogue/catalogue-format.ts';
import { compileCatalogue } from '../../src/catalogue/compile-catalogue.ts';
import { expandCatalogue } from '../../src/catalogue/expand-catalogue.ts';
import { DocumentError } from '../../src/sources/document-error.ts';
import { readDocument } from '../../src/sources/msrc-cvrf/read-document.ts';
import { advisoryXml } from '../support/advisory-xml.ts';
import { needsShared, sharedPath } from '../support/shared.ts';
import { mutations } from '../support/mutations.ts';

/** Of each era and form: Azure Linux, Flash, empty, early and late Windows, with a mark, without prefixes, drafts. */
const xmlDocuments = [
  ['cvrf', '1999-Sep'],
  ['cvrf', 'Oct-OOB'],
  ['cvrf', '2017-May-B'],
  ['cvrf', '2016-Aug'],
  ['cvrf', '2018-FEB'],
  ['cvrf-vintage', '2017-Mar'],
  ['cvrf-vintage', '2023-Dec'],
  ['cvrf-vintage', '2024-Nov'],
] as const;

function real(folder: string, name: string): Buffer {
  return gunzipSync(readFileSync(sharedPath(folder, name)));
}

/** A document, or an error that names it; what it gives goes through a catalogue and back. Nothing else may happen. */
function readOrRefuse(bytes: Uint8Array): 'read' | 'refused' {
  let converted;
  try {
    converted = readDocument('the document', bytes);
  } catch (error) {
    assert.ok(error instanceof DocumentError, `expected a DocumentError, got ${String(error)}`);
    assert.ok(error.message.startsWith('the document: ') && error.message.length < 2000, error.message);
    return 'refused';
  }
  const { id, bytes: file } = packCatalogue(compileCatalogue([converted.document]), 1);
  const unpacked = unpackCatalogue(file);
  const again = packCatalogue(compileCatalogue(expandCatalogue(unpacked)), 1);
  assert.equal(again.id, id);
  return 'read';
}

type Outcome = { readonly document: object } | { readonly message: string };

function outcomeOf(read: () => object): Outcome {
  try {
    return { document: read() };
  } catch (error) {
    assert.ok(error instanceof Error);
    return { message: error.message };
  }
}

describe('real XML documents, changed', needsShared(), () => {
  for (const [folder, name] of xmlDocuments) {
    const runs = name === '1999-Sep' || name === 'Oct-OOB' || name === '2017-May-B' ? 200 : 25;
    it(`${folder}/${name}: read or refused`, () => {
      const whole = real(folder, `${name}.xml.gz`);
      fc.assert(
        fc.property(fc.array(mutations, { minLength: 1, maxLength: 3 }), (changes) => {
          const changed = changes.reduce((bytes, change) => change.apply(bytes), whole);
          readOrRefuse(changed);
        }),
        { numRuns: runs },
      );
    });
  }

  it('whatever prefixes a document has, it says the same', () => {
    const bytes = real('cvrf', '2016-Aug.xml.gz');
    const text = bytes.toString();
    const { document } = readDocument('as published', bytes);
    for (const prefix of ['v', 'cvrf2', 'a.b-c', 'prod2']) {
      const other = text.replaceAll('vuln:', `${prefix}:`).replaceAll('xmlns:vuln', `xmlns:${prefix}`);
      assert.notEqual(other, text);
      assert.deepEqual({ ...readDocument('renamed', Buffer.from(other)).document, hash: document.hash }, document);
    }
  });

  it('whatever its encoding, it says the same', () => {
    const text = real('cvrf', '1999-Sep.xml.gz')
      .toString()
      .replace(/^\ufeff/, '');
    const expected = { ...readDocument('as published', Buffer.from(text)).document, hash: '' };
    const wide = Buffer.from(`\ufeff${text}`, 'utf16le');
    for (const bytes of [
      Buffer.from(`\ufeff${text}`),
      wide,
      Buffer.from(wide).swap16(),
      Buffer.from(text.replaceAll('\n', '\r\n')),
    ])
      assert.deepEqual({ ...readDocument('encoded', bytes).document, hash: '' }, expected);
    for (const bytes of [
      wide.subarray(2),
      Buffer.from(text, 'utf16le').swap16(),
      Buffer.concat([wide, Buffer.from('x')]),
    ])
      assert.equal(readOrRefuse(bytes), 'refused');
  });
});

describe('real JSON documents, changed', needsShared(), () => {
  const excerpt = (): Buffer => readFileSync(sharedPath('cvrf-json', '2026-Sep.excerpt.json'));

  it('in their bytes: read or refused', () => {
    const whole = excerpt();
    assert.equal(readOrRefuse(whole), 'read');
    fc.assert(
      fc.property(fc.array(mutations, { minLength: 1, maxLength: 3 }), (changes) => {
        readOrRefuse(changes.reduce((bytes, change) => change.apply(bytes), whole));
      }),
      { numRuns: 300 },
    );
  });

  it('in their values, of any kind at any place: read or refused', () => {
    const text = excerpt().toString();
    const count = countValues(JSON.parse(text));
    const kinds = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(null, [], {}, '', -1, 1e308, [[[]]], '\ud800', { Value: {} }),
    );
    fc.assert(
      fc.property(fc.nat(count - 1), kinds, (place, value) => {
        readOrRefuse(Buffer.from(JSON.stringify(withValue(JSON.parse(text), place, value))));
      }),
      { numRuns: 500 },
    );
  });

  it('with __proto__ and constructor as keys: taken for what they are, unknown', () => {
    const text = excerpt().toString();
    const expected = { ...readDocument('as published', Buffer.from(text)).document, hash: '' };
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const more = text.replaceAll(/\{(?=\s*")/g, `{ "${key}": { "Value": "x", "Type": 2, "DocumentTracking": {} },`);
      assert.deepEqual({ ...readDocument('polluted', Buffer.from(more)).document, hash: '' }, expected);
    }
    assert.equal(readOrRefuse(Buffer.from(`{ "__proto__": ${text} }`)), 'refused');
    assert.equal(({} as Record<string, unknown>)['DocumentTracking'], undefined);
  });
});

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((total, each) => total + countValues(each), 1);
}

/** With the value at a place (counted depth first) replaced. */
function withValue(root: unknown, place: number, replacement: unknown): unknown {
  let left = place;
  const walk = (value: unknown): unknown => {
    if (left-- === 0) return replacement;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(walk);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each)]));
  };
  return walk(root);
}

const march = advisoryXml({ id: '2020-Mar', revisedAt: '2020-03-10T07:00:00Z', kbs: ['4540673'] });
const json = (more: string): string =>
  `{ "DocumentTitle": { "Value": "March" }, "DocumentTracking": { "Identification": { "ID": { "Value": "2020-Mar" } },
     "InitialReleaseDate": "2020-03-10T07:00:00", "CurrentReleaseDate": "2020-03-10T07:00:00" },
     "ProductTree": { "FullProductName": [{ "ProductID": "100", "Value": "Windows 10" }] }, ${more} }`;

function inVulnerabilities(...texts: readonly string[]): string {
  return march.replace('</cvrf:cvrfdoc>', () => `${texts.join('')}</cvrf:cvrfdoc>`);
}

function fix(productId: string, description = '4540673'): string {
  return `<vuln:Remediation Type="Vendor Fix"><vuln:Description>${description}</vuln:Description><vuln:ProductID>${productId}</vuln:ProductID></vuln:Remediation>`;
}

function vulnerability(rows: string, cve = 'CVE-2020-2000'): string {
  return `<vuln:Vulnerability><vuln:CVE>${cve}</vuln:CVE><vuln:Remediations>${rows}</vuln:Remediations></vuln:Vulnerability>`;
}

function range(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('');
}

describe('documents made to harm', () => {
  const refused: readonly [says: string, text: () => string | Uint8Array, message: RegExp][] = [
    [
      'a billion laughs',
      () =>
        `<!DOCTYPE a [<!ENTITY l0 "ha">${range(30, (n) => `<!ENTITY l${n + 1} "&l${n};&l${n};">`)}]>${march.replace('2020-Mar', '&l30;')}`,
      /document type declaration/,
    ],
    ['an external DTD', () => `<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">${march}`, /document type declaration/],
    [
      'an external entity',
      () => `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${march.replace('4540673', '&x;')}`,
      /document type declaration/,
    ],
    [
      'a parameter entity',
      () => `<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>${march}`,
      /document type declaration/,
    ],
    ['a DTD that does not end', () => `<!DOCTYPE a [${'<!ENTITY a "b">'.repeat(100_000)}`, /not well-formed/],
    ['an entity that nobody declared', () => march.replace('4540673', '&lol;'), /undefined entity/],
    ['an entity named like a property', () => march.replace('4540673', '&constructor;'), /undefined entity/],
    [
      'elements a million deep',
      () => inVulnerabilities('<a>'.repeat(1_000_000), '</a>'.repeat(1_000_000)),
      /deeper than 100/,
    ],
    [
      'elements a million deep in what nobody reads',
      () => march.replace('</cvrf:Note>', `${'<a>'.repeat(1_000_000)}</cvrf:Note>`),
      /deeper than 100/,
    ],
    ['a million open elements', () => '<a>'.repeat(1_000_000), /./],
    [
      'a hundred thousand attributes',
      () => inVulnerabilities(`<a ${range(100_000, (n) => `a${n}="" `)}/>`),
      /more than 100 attributes/,
    ],
    [
      'a hundred thousand namespaces',
      () => inVulnerabilities(range(90, (n) => `<a${n} ${range(90, (m) => `xmlns:p${n}x${m}="urn:x" `)}>`)),
      /more than 100 namespaces/,
    ],
    [
      'a million vulnerabilities',
      () => inVulnerabilities('<vuln:Vulnerability/>'.repeat(1_000_000)),
      /more than 500000 records/,
    ],
    [
      'a million product ids',
      () =>
        inVulnerabilities(
          vulnerability(
            fix('100</vuln:ProductID>' + '<vuln:ProductID>1</vuln:ProductID>'.repeat(1_000_000) + '<vuln:ProductID>1'),
          ),
        ),
      /more than 500000 records/,
    ],
    [
      'twenty thousand bad records',
      () => inVulnerabilities(range(20_000, () => vulnerability('', 'CVE-x'))),
      /more than 10000 records/,
    ],
    ['more bytes than a document has', () => Buffer.alloc(64 * 1024 * 1024 + 1, 0x20), /at most 67108864 bytes/],
    ['blanks alone', () => ' '.repeat(1_000_000), /./],
    ['zeros alone', () => Buffer.alloc(1_000_000), /./],
    ['UTF-32', () => Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from(march, 'utf16le')]), /./],
    ['an over-long code', () => Buffer.concat([Buffer.from(march), Buffer.from([0xc0, 0xbc])]), /utf-8/],
    ['JSON a million deep that does not end', () => `{"a":${'['.repeat(1_000_000)}`, /JSON/],
    ['JSON objects a million deep', () => `${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}`, /other JSON/],
    [
      'JSON of five million values',
      () => json(`"Vulnerability": [${'{},'.repeat(5_000_000)}{}]`),
      /at most 3000000 values/,
    ],
    [
      'branches ten thousand deep',
      () =>
        json('"Vulnerability": []').replace(
          '"FullProductName"',
          () => `"Branch": ${'[{"Items":'.repeat(10_000)}[]${'}]'.repeat(10_000)}, "FullProductName"`,
        ),
      /deeper than 50/,
    ],
    ['a list as a document', () => '[{}]', /./],
  ];
  for (const [says, text, message] of refused) {
    it(`${says}: refused`, { timeout: 20_000 }, () => {
      const made = text();
      const bytes = typeof made === 'string' ? Buffer.from(made) : made;
      const outcome = outcomeOf(() => readDocument('the document', bytes));
      assert.ok('message' in outcome, 'expected an error, got a document');
      assert.ok(
        outcome.message.startsWith('the document: ') && outcome.message.length < 1000,
        outcome.message.slice(0, 2000),
      );
      assert.match(outcome.message, message);
    });
  }

  const blanks = ' '.repeat(4000);
  const read: readonly [says: string, text: () => string, rows: number][] = [
    ['twenty megabytes of text in a field', () => march.replace('4540673', `4540673${' '.repeat(20_000_000)}x`), 1],
    [
      'twenty megabytes of text that nobody reads',
      () =>
        advisoryXml({
          id: '2020-Mar',
          revisedAt: '2020-03-10T07:00:00Z',
          kbs: ['4540673'],
          note: '&lt;p&gt; '.repeat(2_000_000),
        }),
      1,
    ],
    [
      'an attribute of twenty megabytes',
      () => march.replace('<cvrf:Note>', `<cvrf:Note Title="${'x'.repeat(20_000_000)}">`),
      1,
    ],
    ['fields of blanks', () => inVulnerabilities(vulnerability(range(5000, () => fix('100', `${blanks}x`)))), 5001],
    [
      'one vulnerability fifty thousand times',
      () => inVulnerabilities(range(50_000, () => vulnerability(fix('100')))),
      50_001,
    ],
    [
      'one fix for fifty thousand products, one by one',
      () =>
        inVulnerabilities(vulnerability(range(50_000, (n) => fix(String(1000 + n))))).replace(
          '</prod:ProductTree>',
          () =>
            `${range(50_000, (n) => `<prod:FullProductName ProductID="${1000 + n}">P</prod:FullProductName>`)}</prod:ProductTree>`,
        ),
      50_001,
    ],
    ['a megabyte of names, all different', () => inVulnerabilities(range(100_000, (n) => `<n${n}/>`)), 1],
    [
      'namespaces declared on every element',
      () => inVulnerabilities(range(50_000, (n) => `<n xmlns="urn:${n}" xmlns:a="urn:a"/>`)),
      1,
    ],
    [
      'a namespace named __proto__',
      () => march.replace('<cvrf:cvrfdoc', '<cvrf:cvrfdoc xmlns:__proto__="__proto__" xmlns:x="constructor"'),
      1,
    ],
    [
      'comments, CDATA and processing instructions',
      () =>
        `<?a?>${march.replace('4540673', '45<!-- & < -->40<![CDATA[673]]>').replace('<cvrf:Note>', '<cvrf:Note><?b c?><![CDATA[<a>]]>')}<!-- -->`,
      1,
    ],
    ['JSON a million deep', () => json(`"Vulnerability": ${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`), 0],
    [
      'JSON texts of twenty megabytes',
      () =>
        json(
          `"Vulnerability": [{ "CVE": "CVE-2020-0001", "Remediations": [{ "Type": 2, "ProductID": ["100"], "Description": { "Value": "KB${' '.repeat(20_000_000)}x" } }] }]`,
        ),
      1,
    ],
  ];
  for (const [says, text, rows] of read) {
    it(`${says}: read in time`, { timeout: 20_000 }, () => {
      const bytes = Buffer.from(text());
      const start = performance.now();
      const { document } = readDocument('the document', bytes);
      compileCatalogue([document]);
      const took = performance.now() - start;
      assert.equal(document.counts.vendorFixRows, rows);
      assert.ok(took < 10_000, `${took} ms`);
    });
  }

  it('what the parser puts together character by character takes no more memory than the rest', () => {
    const script = fileURLToPath(new URL('./read-growing.ts', import.meta.url));
    const { stdout, status } = spawnSync(process.execPath, ['--max-old-space-size=64', script], { encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    assert.equal(status, 0, `it ended after: ${lines.at(-1)}`);
    assert.equal(lines.length, 10);
    for (const line of lines) assert.match(line, /: not well-formed XML: /);
  });
});
