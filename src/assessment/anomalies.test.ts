import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadStarterCatalogue } from '../catalogue/starter-catalogue.ts';
import { findAnomalies } from './anomalies.ts';
import type { AnomalyKind } from './anomalies.ts';

interface KnownAnomaly {
  readonly kind: AnomalyKind;
  readonly kb: string;
  readonly releaseId: string;
  /** One of the products concerned. */
  readonly product?: string;
}

// Looked up by hand in the documents, as the notes on their anatomy name them.
const known: readonly KnownAnomaly[] = [
  { kind: 'self-supersedence', kb: '5077469', releaseId: '2026-Mar' },
  { kind: 'self-supersedence', kb: '5002191', releaseId: '2022-Apr' },
  { kind: 'wrong-lineage', kb: '5094126', releaseId: '2026-Jun', product: 'Windows Server 2025' },
  {
    kind: 'wrong-lineage',
    kb: '5093998',
    releaseId: '2026-Jun',
    product: 'Windows 11 Version 22H2 for ARM64-based Systems',
  },
  {
    kind: 'foreign-build',
    kb: '5055518',
    releaseId: '2025-Apr',
    product: 'Windows 11 version 21H2 for ARM64-based Systems',
  },
  {
    kind: 'foreign-build',
    kb: '5048695',
    releaseId: '2024-Dec',
    product: 'Windows 11 Version 22H2 for ARM64-based Systems',
  },
];

describe('anomalies of the published data', () => {
  const anomalies = findAnomalies(loadStarterCatalogue());
  for (const { kind, kb, releaseId, product } of known) {
    it(`${kind} of KB${kb}${product === undefined ? '' : ` on ${product}`}`, () => {
      const found = anomalies.filter((each) => each.kind === kind && each.kb === kb && each.releaseId === releaseId);
      assert.ok(found.length > 0);
      if (product !== undefined) assert.ok(found.some(({ products }) => products.includes(product)));
    });
  }

  it('distrusts no update on the Windows that it is made for', () => {
    const wrong = anomalies.filter(
      ({ kind, kb, products }) =>
        kind === 'wrong-lineage' &&
        kb === '5094126' &&
        products.includes('Windows 11 Version 24H2 for x64-based Systems'),
    );
    assert.deepEqual(wrong, []);
  });

  it('names each once', () => {
    const keys = anomalies.map(({ releaseId, kind, kb, detail }) => `${releaseId} ${kind} ${kb ?? ''} ${detail}`);
    assert.equal(new Set(keys).size, keys.length);
  });
});
