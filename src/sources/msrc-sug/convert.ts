import { severities } from '../../catalogue/advisory-document.ts';
import type { SetAsideRecord } from '../../catalogue/advisory-document.ts';
import { tryParseKbNumber } from '../../terms/kb-number.ts';
import { tryParseProductId } from '../../terms/product-id.ts';
import { tryParseVulnerabilityId } from '../../terms/vulnerability-id.ts';
import { tryParseFeedDate } from '../publisher-date.ts';
import { parseSupercedence } from '../msrc-cvrf/convert-remediation.ts';
import type { SugAdvisory, SugData, SugDeployment, SugFix, SugOpinion } from './data.ts';
import type { SugPage, SugWireArticle, SugWireRow } from './wire.ts';

/** Their words into ours; a row without ids or a day is set aside. */
export function convertSug({ list, rows }: SugPage): {
  readonly data: SugData;
  readonly setAside: readonly SetAsideRecord[];
} {
  const opinions: SugOpinion[] = [];
  const deployments: SugDeployment[] = [];
  const advisories: SugAdvisory[] = [];
  const setAside: SetAsideRecord[] = [];
  rows.forEach((row, index) => {
    const refuse = (reason: string): void =>
      void setAside.push({ document: 'msrc-sug', element: `value[${index + 1}]`, reason });
    if (list === 'affectedProduct') keep(toOpinion(row), opinions, refuse);
    else if (list === 'deployment') keep(toDeployment(row), deployments, refuse);
    else keep(toAdvisory(row), advisories, refuse);
  });
  return { data: { opinions, deployments, advisories }, setAside };
}

function keep<Row>(row: Row | string, into: Row[], refuse: (reason: string) => void): void {
  if (typeof row === 'string') refuse(row);
  else into.push(row);
}

function toOpinion(row: SugWireRow): SugOpinion | string {
  const cve = tryParseVulnerabilityId(row.cveNumber);
  const productId = tryParseProductId(row.productId);
  const revisedOn = dayOf(row);
  if (cve === undefined) return `expected a cveNumber such as CVE-2020-0796, got "${row.cveNumber.slice(0, 60)}"`;
  if (productId === undefined) return `expected a productId such as 12243, got "${row.productId.slice(0, 60)}"`;
  if (revisedOn === undefined) return `expected a releaseDate, got "${row.releaseDate.slice(0, 60)}"`;
  const baseScore = Number(row.baseScore);
  return {
    cve,
    productId,
    product: row.product,
    severity: severities.find((name) => name === row.severity) ?? null,
    baseScore: baseScore > 0 && baseScore <= 10 ? baseScore : null,
    vector: row.vectorString === '' ? null : row.vectorString,
    revisedOn,
    fixes: row.kbArticles.flatMap(toFix).sort((a, b) => (a.kb < b.kb ? -1 : 1)),
  };
}

/** Articles such as "Release Notes" are no KB. */
function toFix({ articleName, fixedBuildNumber, supercedence }: SugWireArticle): readonly SugFix[] {
  const kb = tryParseKbNumber(articleName);
  return kb === undefined ? [] : [{ kb, fixedBuild: fixedBuildNumber, supersedes: parseSupercedence(supercedence) }];
}

function toDeployment(row: SugWireRow): SugDeployment | string {
  const kb = tryParseKbNumber(row.articleName);
  const productId = tryParseProductId(row.productId);
  const releasedOn = dayOf(row);
  if (kb === undefined) return `expected a KB as articleName, got "${row.articleName.slice(0, 60)}"`;
  if (productId === undefined) return `expected a productId such as 12243, got "${row.productId.slice(0, 60)}"`;
  if (releasedOn === undefined) return `expected a releaseDate, got "${row.releaseDate.slice(0, 60)}"`;
  return { kb, productId, product: row.product, releasedOn, supersedes: parseSupercedence(row.supercedence) };
}

function toAdvisory(row: SugWireRow): SugAdvisory | string {
  const id = tryParseVulnerabilityId(row.advisoryNumber);
  const releasedOn = dayOf(row);
  if (id === undefined) return `expected an advisoryNumber such as ADV190003, got "${row.advisoryNumber.slice(0, 60)}"`;
  return releasedOn === undefined ? 'expected a releaseDate, got none' : { id, releasedOn };
}

function dayOf({ releaseDate }: SugWireRow): string | undefined {
  return tryParseFeedDate(releaseDate)?.slice(0, 10);
}
