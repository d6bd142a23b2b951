import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseKbNumber } from '../terms/kb-number.ts';
import { parseProductId } from '../terms/product-id.ts';
import { parseReleaseId } from '../terms/release-id.ts';
import { parseVulnerabilityId } from '../terms/vulnerability-id.ts';
import type { AdvisoryDocument } from './advisory-document.ts';
import { packCatalogue, unpackCatalogue } from './catalogue-format.ts';
import type { CompiledCatalogue } from './catalogue-format.ts';
import { Catalogue } from './catalogue.ts';
import { compileCatalogue } from './compile-catalogue.ts';
import { Corrections } from './corrections.ts';
import { expandCatalogue } from './expand-catalogue.ts';
import { ProductSets, Ratings } from './ratings.ts';

const client = parseProductId('100');
const server = parseProductId('200');
const kb = parseKbNumber('5000001');
const vectors = [
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H',
] as const;

const document: AdvisoryDocument = {
  id: parseReleaseId('2020-Mar'),
  title: 'March 2020 Security Updates',
  initialReleaseAt: '2020-03-10T07:00:00Z',
  currentReleaseAt: '2020-03-10T07:00:00Z',
  hash: 'sha256:00',
  products: [
    { id: client, name: 'Windows 10 for x64-based Systems', family: 'Windows' },
    { id: server, name: 'Windows Server 2016', family: 'Windows' },
  ],
  vulnerabilities: [
    {
      id: parseVulnerabilityId('CVE-2020-0001'),
      exploited: true,
      severities: [
        { severity: 'Critical', products: [server] },
        { severity: 'Important', products: [client] },
      ],
      scores: [
        { baseScore: 9.8, vector: vectors[0], products: [server] },
        { baseScore: 7.8, vector: vectors[1], products: [client] },
      ],
      remediations: [],
    },
    {
      id: parseVulnerabilityId('CVE-2020-0002'),
      exploited: false,
      severities: [],
      scores: [{ baseScore: 4.3, vector: vectors[1], products: [] }],
      remediations: [],
    },
  ],
  knownIssues: [
    { kb, url: 'https://support.microsoft.com/help/5000001' },
    { kb, url: 'https://support.microsoft.com/topic/made-up' },
  ],
  counts: { vulnerabilities: 2, vendorFixRows: 0, kbRows: 0, windowsKbRows: 0, setAside: 0 },
};

function load(compiled: CompiledCatalogue): Catalogue {
  return Catalogue.fromBytes(packCatalogue(compiled).bytes, new Corrections([]));
}

/** As kbgap compiled it before there were scores. */
function withoutLater({ head, columns }: CompiledCatalogue): CompiledCatalogue {
  const { scoreVectors: _v, knownIssueUrls: _u, ...oldHead } = head;
  const old = Object.entries(columns).filter(([name]) => !/^(?:score|knownIssue)/.test(name));
  return { head: oldHead, columns: Object.fromEntries(old) as unknown as CompiledCatalogue['columns'] };
}

describe('ratings of a catalogue', () => {
  const compiled = compileCatalogue([document]);
  const catalogue = load(compiled);
  const ratings = Ratings.of(catalogue);
  const on = (...ids: readonly (typeof client)[]): ProductSets =>
    new ProductSets(
      catalogue,
      ids.map((id) => catalogue.findProduct(id) ?? -1),
    );

  it('differ by product, and one for all is for any', () => {
    const [first = -1] = catalogue.vulnerabilitiesNamed(parseVulnerabilityId('CVE-2020-0001'));
    const [second = -1] = catalogue.vulnerabilitiesNamed(parseVulnerabilityId('CVE-2020-0002'));
    assert.deepEqual(ratings.highestScore(first, on(client)), { baseScore: 7.8, vector: vectors[1] });
    assert.equal(ratings.highestScore(first, on(client, server))?.baseScore, 9.8);
    assert.equal(ratings.highestScore(second, on(client))?.baseScore, 4.3);
    assert.equal(ratings.highestScore(first, on()), undefined);
    assert.equal(ratings.worstSeverity(first, on(client)), 'Important');
    assert.equal(ratings.worstSeverity(first, on(server, client)), 'Critical');
    assert.equal(ratings.worstSeverity(second, on(client)), undefined);
    assert.deepEqual([ratings.isExploited(first), ratings.isExploited(second)], [true, false]);
  });

  it('name the articles on known issues', () => {
    assert.deepEqual(
      ratings.knownIssues(kb),
      document.knownIssues?.map(({ url }) => url),
    );
    assert.deepEqual(ratings.knownIssues(parseKbNumber('5000002')), []);
  });

  it('come back out of the compiled catalogue, which stays the same when compiled again', () => {
    assert.deepEqual(expandCatalogue(unpackCatalogue(packCatalogue(compiled).bytes)), [document]);
    assert.equal(packCatalogue(compileCatalogue(expandCatalogue(compiled))).id, packCatalogue(compiled).id);
  });

  it('are absent in a catalogue that an older kbgap compiled, which loads all the same', () => {
    const old = load(withoutLater(compiled));
    assert.equal(Ratings.of(old).hasScores, false);
    assert.equal(Ratings.of(old).highestScore(0, on(client)), undefined);
    assert.deepEqual(Ratings.of(old).knownIssues(kb), []);
    assert.equal(Ratings.of(old).worstSeverity(0, on(server)), 'Critical');
    const [expanded] = expandCatalogue(old.compiled);
    assert.equal(expanded?.knownIssues, undefined);
    assert.equal(expanded?.vulnerabilities[0]?.scores, undefined);
  });
});
