import type { Catalogue, ReleaseDocument } from '../../catalogue/catalogue.ts';
import type { Evidence, EvidenceRow, ExplainSubject } from '../evidence.ts';
import { rowsOf } from './obligations.ts';
import type { Ruling } from './verdict.ts';

/** A row with the product of it that counts. */
interface Relied {
  readonly row: number;
  readonly product: number;
}

/** The rows that a ruling rests on, with their documents; in an order that no order of the catalogue changes. */
export function reliedOn(
  catalogue: Catalogue,
  subject: ExplainSubject,
  { obligations, basis }: Ruling,
): Pick<Evidence, 'rows' | 'documents'> {
  const ofSubject = new Set(rowsOf(catalogue, subject));
  const relied = new Map<string, Relied>();
  for (const { fixes } of obligations)
    for (const { row, named } of fixes) if (ofSubject.has(row)) relied.set(`${row} ${named}`, { row, product: named });
  if (basis.kind === 'stranger' && basis.stranger.kind !== 'ended') {
    const { row, product } = basis.stranger;
    relied.set(`${row} ${product}`, { row, product });
  }
  const documents = new Map<string, ReleaseDocument>();
  const rows = Array.from(relied.values(), (each) => {
    const document = catalogue.vulnerabilityDocument(catalogue.rowVulnerability(each.row));
    documents.set(document.id, document);
    return { row: evidenceRow(catalogue, each), releasedAt: document.initialReleaseAt };
  });
  const key = ({ row, releasedAt }: (typeof rows)[number]): string =>
    [releasedAt, row.releaseId, row.vulnerability, row.kb ?? '', row.product, row.subType, row.fixedBuild ?? ''].join(
      '\n',
    );
  return {
    rows: rows
      .map((each) => ({ ...each, key: key(each) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ row }) => row),
    documents: [...documents.values()]
      .sort((a, b) => (`${a.initialReleaseAt} ${a.id}` < `${b.initialReleaseAt} ${b.id}` ? -1 : 1))
      .map(({ id, currentReleaseAt, hash }) => ({ releaseId: id, revisedAt: currentReleaseAt, hash })),
  };
}

function evidenceRow(catalogue: Catalogue, { row, product }: Relied): EvidenceRow {
  const vulnerability = catalogue.rowVulnerability(row);
  const { kb, subType, fixedBuild } = catalogue.remediation(catalogue.rowRemediation(row));
  return {
    vulnerability: catalogue.vulnerabilityId(vulnerability),
    kb,
    subType,
    product: catalogue.productName(product),
    fixedBuild: fixedBuild === '' ? null : fixedBuild,
    releaseId: catalogue.vulnerabilityDocument(vulnerability).id,
  };
}
