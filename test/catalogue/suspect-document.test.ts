import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { AdvisoryDocument } from '../../src/catalogue/advisory-document.ts';
import { compileCatalogue } from '../../src/catalogue/compile-catalogue.ts';
import { findHeldRevision, findSuspicion, sizeOf } from '../../src/catalogue/suspect-document.ts';
import { readDocument } from '../../src/sources/msrc-cvrf/read-document.ts';
import { parseKbNumber } from '../../src/terms/kb-number.ts';
import { parseProductId } from '../../src/terms/product-id.ts';
import { parseReleaseId } from '../../src/terms/release-id.ts';
import { parseVulnerabilityId } from '../../src/terms/vulnerability-id.ts';
import { needsShared, sharedPath } from '../support/shared.ts';

const now = new Date('2026-08-07T00:00:00Z');

function readFolder(folder: string): readonly AdvisoryDocument[] {
  return readdirSync(sharedPath(folder)).map(
    (name) => readDocument(name, gunzipSync(readFileSync(sharedPath(folder, name)))).document,
  );
}

describe('documents as published', needsShared(), () => {
  it('are all believed, and so is every revision that MSRC made since', () => {
    const current = readFolder('cvrf');
    const doubted = current.flatMap((document) =>
      findSuspicion(document, { askedId: document.id, held: undefined, now }) === undefined ? [] : [document.id],
    );
    assert.deepEqual(doubted, []);
    for (const document of current.slice(-24)) {
      const { hash, currentReleaseAt } = document;
      const held = findHeldRevision(compileCatalogue([document]), document.id);
      assert.deepEqual(held, { ...sizeOf(document), hash, currentReleaseAt }, 'measured the same when it is held');
    }
    const today = new Map(current.map((document) => [document.id.toLowerCase(), document]));
    let compared = 0;
    for (const vintage of readFolder('cvrf-vintage')) {
      const document = today.get(vintage.id.toLowerCase());
      if (document === undefined) continue;
      const held = { ...sizeOf(vintage), hash: vintage.hash, currentReleaseAt: vintage.currentReleaseAt };
      assert.equal(findSuspicion(document, { askedId: vintage.id, held, now }), undefined, vintage.id);
      compared += 1;
    }
    assert.equal(compared, 124);
  });
});

describe('a document that has all vulnerabilities and KBs', () => {
  const products = Array.from({ length: 10 }, (_, index) => parseProductId(String(12_000 + index)));
  /** Two CVEs that one KB fixes on so many products each. */
  const made = (count: number): AdvisoryDocument => ({
    id: parseReleaseId('2026-Jun'),
    title: 'June 2026 Security Updates',
    initialReleaseAt: '2026-06-09T07:00:00Z',
    currentReleaseAt: '2026-06-10T07:00:00Z',
    hash: 'sha256:0',
    products: [],
    vulnerabilities: ['CVE-2026-20000', 'CVE-2026-20001'].map((id) => ({
      id: parseVulnerabilityId(id),
      exploited: false,
      severities: [],
      remediations: [
        {
          kb: parseKbNumber('5094126'),
          description: '',
          subType: 'Security Update',
          fixedBuild: '',
          supersedes: [],
          url: '',
          restartRequired: 'Yes',
          products: products.slice(0, count),
        },
      ],
    })),
    counts: { vulnerabilities: 2, vendorFixRows: 2, kbRows: 2, windowsKbRows: 2, setAside: 0 },
  });
  const held = { ...sizeOf(made(10)), hash: '', currentReleaseAt: '2026-06-09T07:00:00Z' };
  for (const [count, kind] of [
    [10, undefined],
    [7, undefined],
    [6, 'collapsed'],
    [0, 'collapsed'],
  ] as const) {
    it(`for ${count} of 10 products: ${kind ?? 'believed'}`, () => {
      const found = findSuspicion(made(count), { askedId: '2026-Jun', held, now });
      assert.equal(found?.kind, kind);
      if (kind !== undefined) assert.match(found?.reason ?? '', /got \d+ vulnerabilities by product where .* has 20$/);
    });
  }
});
