import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadStarterCatalogue } from '../catalogue/starter-catalogue.ts';
import { findAnomalies } from './anomalies.ts';
import { loadCorrections } from '../catalogue/corrections.ts';
import { anomalyKinds } from './anomalies/anomaly.ts';
import type { Anomaly, AnomalyKind } from './anomalies/anomaly.ts';

interface KnownAnomaly {
  readonly kind: AnomalyKind;
  readonly kb: string | null;
  readonly releaseId: string;
  /** One of the products concerned. */
  readonly product?: string;
}

const arm22h2 = 'Windows 11 Version 22H2 for ARM64-based Systems';
const exchange13 = 'Microsoft Exchange Server 2019 Cumulative Update 13';

// Named by the verdict's specification and by the notes on the documents' anatomy, and looked up by hand in the documents.
const known: readonly KnownAnomaly[] = [
  { kind: 'self-supersedence', kb: '5077469', releaseId: '2026-Mar' },
  { kind: 'self-supersedence', kb: '5002191', releaseId: '2022-Apr' },
  { kind: 'wrong-lineage', kb: '5094126', releaseId: '2026-Jun', product: 'Windows Server 2025' },
  { kind: 'wrong-lineage', kb: '5093998', releaseId: '2026-Jun', product: arm22h2 },
  {
    kind: 'wrong-lineage',
    kb: '5013945',
    releaseId: '2022-May',
    product: 'Windows 10 Version 1809 for 32-bit Systems',
  },
  {
    kind: 'wrong-lineage',
    kb: '4507435',
    releaseId: '2019-Jul',
    product: 'Windows Server, version 1903 (Server Core installation)',
  },
  {
    kind: 'wrong-lineage',
    kb: '5016622',
    releaseId: '2022-Aug',
    product: 'Windows 7 for 32-bit Systems Service Pack 1',
  },
  {
    kind: 'foreign-build',
    kb: '5055518',
    releaseId: '2025-Apr',
    product: 'Windows 11 version 21H2 for ARM64-based Systems',
  },
  { kind: 'foreign-build', kb: '5048695', releaseId: '2024-Dec', product: arm22h2 },
  {
    kind: 'foreign-build',
    kb: '5022836',
    releaseId: '2023-Feb',
    product: 'Windows 11 version 21H2 for ARM64-based Systems',
  },
  // CU13 and CU14 swapped in 2024-Mar.
  { kind: 'foreign-build', kb: '5037224', releaseId: '2024-Mar', product: exchange13 },
  { kind: 'several-families', kb: '5012170', releaseId: '2022-Aug' },
  { kind: 'several-families', kb: '4535680', releaseId: '2021-Jan' },
  { kind: 'several-families', kb: '4507435', releaseId: '2019-Jul' },
  { kind: 'unreadable-version', kb: '5012170', releaseId: '2022-Aug', product: 'Windows 10 for 32-bit Systems' },
  { kind: 'unreadable-version', kb: '5065435', releaseId: '2025-Sep' },
  { kind: 'corrected', kb: '5014701', releaseId: '2022-Jun' },
  { kind: 'corrected', kb: '4535680', releaseId: '2021-Jan' },
  { kind: 'corrected', kb: '5021255', releaseId: '2022-Dec' },
  { kind: 'corrected', kb: '5014678', releaseId: '2022-Jun' },
  { kind: 'corrected', kb: '5021045', releaseId: '2023-Feb' },
  // A servicing stack of 2024.
  { kind: 'wrong-document', kb: '5043124', releaseId: '2018-Nov' },
  { kind: 'foreign-link', kb: '5025287', releaseId: '2023-Apr' },
  { kind: 'foreign-link', kb: '5021091', releaseId: '2022-Dec' },
  { kind: 'foreign-link', kb: '5075899', releaseId: '2026-Feb' },
  { kind: 'foreign-link', kb: '5083769', releaseId: '2026-Apr' },
  { kind: 'broken-chain', kb: '5070884', releaseId: '2025-Oct', product: 'Windows Server 2022' },
  { kind: 'broken-chain', kb: '5025287', releaseId: '2023-Apr', product: 'Windows Server 2012' },
  // May 2021 has builds one to three too low.
  { kind: 'history-disagrees', kb: '5003173', releaseId: '2021-May' },
  // LCUs of 2019-Oct name the out-of-band release before them.
  { kind: 'dangling-target', kb: '4519998', releaseId: '2019-Oct' },
  { kind: 'table-disagrees', kb: null, releaseId: '2023-Apr', product: 'Microsoft Edge (Chromium-based)' },
];

// What looks like an error and is none.
const sound: readonly (KnownAnomaly & { readonly says: string })[] = [
  {
    says: 'an update on the Windows that it is made for',
    kind: 'wrong-lineage',
    kb: '5094126',
    releaseId: '2026-Jun',
    product: 'Windows 11 Version 24H2 for x64-based Systems',
  },
  {
    says: 'an update of a Windows that has lost nearly all its rows',
    kind: 'wrong-lineage',
    kb: '5006670',
    releaseId: '2021-Oct',
    product: 'Windows 10 Version 20H2 for x64-based Systems',
  },
  {
    says: 'an update of a Windows that has lost nearly all its rows',
    kind: 'wrong-lineage',
    kb: '5040430',
    releaseId: '2024-Jul',
    product: 'Windows 10 Version 1809 for ARM64-based Systems',
  },
  { says: 'a link in the row of Internet Explorer', kind: 'broken-chain', kb: '4483228', releaseId: '2018-Dec' },
  { says: 'a link in the row of Internet Explorer', kind: 'broken-chain', kb: '4483235', releaseId: '2018-Dec' },
  {
    says: 'a package whose rows stand in for lost ones',
    kind: 'broken-chain',
    kb: '5009543',
    releaseId: '2022-Jan',
    product: 'Windows 10 Version 20H2 for x64-based Systems',
  },
];

describe('anomalies of the published data', () => {
  const anomalies = findAnomalies(loadStarterCatalogue(), loadCorrections().entries);
  const find = ({ kind, kb, releaseId, product }: KnownAnomaly): readonly Anomaly[] =>
    anomalies.filter(
      (each) =>
        each.kind === kind &&
        each.kb === kb &&
        each.releaseId === releaseId &&
        (product === undefined || each.products.includes(product)),
    );

  for (const each of known) {
    const { kind, kb, product } = each;
    it(`${kind} of ${kb === null ? 'a row' : `KB${kb}`}${product === undefined ? '' : ` on ${product}`}`, () => {
      assert.notDeepEqual(find(each), []);
    });
  }

  for (const each of sound) {
    it(`no ${each.kind}: ${each.says}, KB${each.kb ?? ''}`, () => assert.deepEqual(find(each), []));
  }

  it('has something of every kind but circles, of which there are none beside the two updates that name themselves', () => {
    const kinds = new Set(anomalies.map(({ kind }) => kind));
    assert.deepEqual(
      anomalyKinds.filter((kind) => !kinds.has(kind)),
      ['supersedence-cycle'],
    );
  });

  it('counts the targets that no fix row names: 525, by 705 links', () => {
    const links = anomalies.filter(({ kind }) => kind === 'dangling-target');
    const targets = new Set(links.map(({ detail }) => /names (KB\d+)/.exec(detail)?.[1]));
    assert.deepEqual([targets.size, links.length], [525, 705]);
  });

  it('names each once', () => {
    const keys = anomalies.map(({ releaseId, kind, kb, detail }) => `${releaseId} ${kind} ${kb ?? ''} ${detail}`);
    assert.equal(new Set(keys).size, keys.length);
  });
});
