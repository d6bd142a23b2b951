import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DocumentError } from '../document-error.ts';
import { readDocument } from './read-document.ts';

/** A document in the shape of MSRC's, cut to what a test needs; texts are our own. */
function xml({ vulnerabilities = '' } = {}): string {
  return `<cvrf:cvrfdoc xmlns:cvrf="http://www.icasi.org/CVRF/schema/cvrf/1.1"
      xmlns:vuln="http://www.icasi.org/CVRF/schema/vuln/1.1" xmlns:prod="http://www.icasi.org/CVRF/schema/prod/1.1">
    <cvrf:DocumentTitle>March 2020 Security Updates</cvrf:DocumentTitle>
    <cvrf:DocumentTracking><cvrf:Identification><cvrf:ID>2020-Mar</cvrf:ID></cvrf:Identification>
      <cvrf:InitialReleaseDate>2020-03-10T07:00:00</cvrf:InitialReleaseDate>
      <cvrf:CurrentReleaseDate>2020-03-12T07:00:00Z</cvrf:CurrentReleaseDate></cvrf:DocumentTracking>
    <prod:ProductTree>${product('100', 'Windows 10 for x64-based Systems')}</prod:ProductTree>
    ${vulnerabilities}</cvrf:cvrfdoc>`;
}

function product(id: string, name: string): string {
  return `<prod:FullProductName ProductID="${id}">${name}</prod:FullProductName>`;
}

function vulnerability(cve: string, rows: string): string {
  return `<vuln:Vulnerability><vuln:CVE>${cve}</vuln:CVE><vuln:Remediations>${rows}</vuln:Remediations></vuln:Vulnerability>`;
}

function fix(description: string, productId = '100', more = ''): string {
  return `<vuln:Remediation Type="Vendor Fix"><vuln:Description>${description}</vuln:Description>${more}<vuln:ProductID>${productId}</vuln:ProductID><vuln:SubType>Security Update</vuln:SubType></vuln:Remediation>`;
}

function read(text: string): ReturnType<typeof readDocument> {
  return readDocument('document', Buffer.from(text));
}

describe('a CVRF document', () => {
  it('gives its head, products and rows', () => {
    const { document, setAside } = read(xml({ vulnerabilities: vulnerability('CVE-2020-0001', fix('4540673')) }));
    assert.equal(document.id, '2020-Mar');
    assert.equal(document.initialReleaseAt, '2020-03-10T07:00:00Z', 'dates without a zone are UTC');
    assert.equal(document.vulnerabilities[0]?.remediations[0]?.kb, '4540673');
    assert.deepEqual(document.counts, {
      vulnerabilities: 1,
      vendorFixRows: 1,
      kbRows: 1,
      windowsKbRows: 1,
      setAside: 0,
    });
    assert.deepEqual(setAside, []);
  });

  it('is told by namespace: a document without prefixes is the same', () => {
    const text = `<cvrfdoc xmlns="http://www.icasi.org/CVRF/schema/cvrf/1.1"><DocumentTitle>March 2020 Security Updates</DocumentTitle><DocumentTracking><Identification><ID>2020-Mar</ID></Identification><InitialReleaseDate>2020-03-10T07:00:00</InitialReleaseDate><CurrentReleaseDate>2020-03-12T07:00:00</CurrentReleaseDate></DocumentTracking><ProductTree xmlns="http://www.icasi.org/CVRF/schema/prod/1.1"><FullProductName ProductID="100">Windows 10 for x64-based Systems</FullProductName></ProductTree><Vulnerability xmlns="http://www.icasi.org/CVRF/schema/vuln/1.1"><CVE>CVE-2020-0001</CVE><Remediations><Remediation Type="Vendor Fix"><Description>4540673</Description><ProductID>100</ProductID></Remediation></Remediations></Vulnerability></cvrfdoc>`;
    assert.equal(read(text).document.vulnerabilities[0]?.remediations[0]?.kb, '4540673');
  });

  it('may begin with a byte-order mark', () => {
    assert.equal(read(`\ufeff${xml()}`).document.id, '2020-Mar');
  });

  it('takes Vendor Fix rows only: Known Issue rows name KBs too', () => {
    const known = fix('4540673').replace('Vendor Fix', 'Known Issue');
    assert.equal(
      read(xml({ vulnerabilities: vulnerability('CVE-2020-0001', known) })).document.counts.vendorFixRows,
      0,
    );
  });

  const rows: readonly [description: string, kb: string | null, says: string][] = [
    ['KB4540673', '4540673', 'a KB with its prefix'],
    [' 891716 ', '891716', 'six digits'],
    ['KB29166583', null, 'eight digits are no KB article'],
    ['Click to Run', null, 'a phrase'],
    ['', null, 'nothing'],
  ];
  for (const [description, kb, says] of rows) {
    it(`Description: ${says}`, () => {
      const { document } = read(xml({ vulnerabilities: vulnerability('CVE-2020-0001', fix(description)) }));
      assert.equal(document.vulnerabilities[0]?.remediations[0]?.kb, kb);
    });
  }

  it('loses only the bad record, named with its place and reason', () => {
    const text = xml({
      vulnerabilities:
        vulnerability('CVE-2022-2601-M', fix('1234567')) +
        vulnerability('CVE-2020-0001', fix('4540673') + fix('4540674', '999')),
    });
    const { document, setAside } = read(text);
    assert.deepEqual(
      document.vulnerabilities.map(({ id, remediations }) => [id, remediations.length]),
      [['CVE-2020-0001', 1]],
    );
    assert.deepEqual(
      setAside.map(({ document: id, element }) => [id, element]),
      [
        ['2020-Mar', 'Vulnerability[1]'],
        ['2020-Mar', 'Vulnerability[2]/Remediation[2]'],
        ['2020-Mar', 'Vulnerability[2]/Remediation[2]'],
      ],
    );
    assert.match(setAside[0]?.reason ?? '', /CVE-2022-2601-M/);
  });
});

describe('rows that a document repeats', () => {
  const other = '<vuln:FixedBuild>10.0.1.2</vuln:FixedBuild>';
  const cases: readonly [
    says: string,
    rows: readonly [string, string],
    fixedBuilds: readonly string[],
    setAside: number,
  ][] = [
    ['equal ones are one object', [fix('4540673'), fix('4540673')], ['', ''], 0],
    ['with another field they differ', [fix('4540673', '100', other), fix('4540673')], ['10.0.1.2', ''], 0],
    ['a wrong product is named each time', [fix('4540673', '999'), fix('4540673', '999')], [], 4],
  ];
  for (const [says, [first, second], fixedBuilds, count] of cases) {
    it(says, () => {
      const text = xml({
        vulnerabilities: vulnerability('CVE-2020-0001', first) + vulnerability('CVE-2020-0002', second),
      });
      const { document, setAside } = read(text);
      const rows = document.vulnerabilities.flatMap(({ remediations }) => remediations);
      assert.deepEqual(
        rows.map(({ fixedBuild }) => fixedBuild),
        fixedBuilds,
      );
      assert.equal(setAside.length, count);
      assert.equal(new Set(rows).size, new Set(fixedBuilds).size);
    });
  }
});

describe('no CVRF document', () => {
  const cases: readonly [says: string, text: string, message: RegExp][] = [
    [
      'cut in the middle',
      xml({ vulnerabilities: vulnerability('CVE-2020-0001', fix('4540673')) }).slice(0, -40),
      /not well-formed/,
    ],
    ['another XML', '<html><body/></html>', /expected a CVRF 1\.1 document.*<html>/],
    ['another namespace', '<cvrfdoc xmlns="urn:other"/>', /expected a CVRF 1\.1 document/],
    ['a document type declaration', `<!DOCTYPE cvrfdoc [<!ENTITY a "b">]>${xml()}`, /document type declaration/],
    ['other JSON', '{"hello": 1}', /expected a CVRF document in JSON/],
    ['cut JSON', '{"DocumentTracking": {', /JSON/],
    ['an empty file', '', /./],
    ['no id', xml().replace('2020-Mar', ''), /expected a release id/],
    ['no date', xml().replace('2020-03-10T07:00:00', 'soon'), /InitialReleaseDate.*soon/],
  ];
  for (const [says, text, message] of cases) {
    it(`${says} is refused by name`, () => {
      assert.throws(
        () => read(text),
        (error: unknown) => {
          assert.ok(error instanceof DocumentError);
          assert.equal(error.source, 'document');
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('bytes that are no UTF-8', () => {
    assert.throws(() => readDocument('document', Uint8Array.of(0x3c, 0xc3, 0x28)), /expected utf-8 text/);
  });
});
