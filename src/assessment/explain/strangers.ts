import type { Catalogue } from '../../catalogue/catalogue.ts';
import { productSlug } from '../../catalogue/product-slug.ts';
import { platformOf } from '../../terms/product-id.ts';
import type { UndeterminedReason } from '../assessment.ts';
import type { ExplainSubject } from '../evidence.ts';
import type { JudgedDevice } from './judged-device.ts';
import { rowsOf } from './obligations.ts';
import { yearOf } from './parts.ts';
import type { SoftwarePart } from './parts.ts';

/** What a subject is that no row names for a product of the device. */
export type Stranger =
  /** For another servicing line of software that the device has. */
  | { readonly kind: 'other-line'; readonly part: SoftwarePart; readonly product: number; readonly row: number }
  /** For a part of the device's Windows that it does not have. */
  | { readonly kind: 'absent-part'; readonly product: number; readonly row: number }
  | { readonly kind: 'elsewhere'; readonly product: number; readonly row: number }
  /** Published for other lines after the own one ended, or of a line that cannot be told. */
  | { readonly kind: 'ended'; readonly reason: UndeterminedReason; readonly detail: string };

/** Whom the subject's rows are for, nearest to the device first. */
export function strangerOf(judged: JudgedDevice, subject: ExplainSubject): Stranger {
  const { catalogue, input } = judged;
  const named = namedProducts(catalogue, subject);
  for (const part of judged.parts) {
    if (part.kind !== 'software') continue;
    const sibling = named.find(({ product }) => isSibling(catalogue, part, product));
    if (sibling === undefined) continue;
    const { undetermined } = part.finding;
    const open =
      undetermined?.reason === 'end-of-servicing' ||
      undetermined?.reason === 'branch-unknown' ||
      undetermined?.reason === 'version-unknown' ||
      undetermined?.reason === 'unreadable-version';
    if (
      undetermined !== undefined &&
      open &&
      (undetermined.reason !== 'end-of-servicing' || isLaterThanLine(judged, part, sibling.row))
    )
      return { kind: 'ended', reason: undetermined.reason, detail: undetermined.detail };
    return { kind: 'other-line', part, ...sibling };
  }
  const osId = input === undefined ? undefined : catalogue.product(input.os.product).id;
  const absent = named.find(({ product }) => osId !== undefined && platformOf(catalogue.product(product).id) === osId);
  if (absent !== undefined) return unknownPart(judged, absent.product) ?? { kind: 'absent-part', ...absent };
  const [first] = named;
  return { kind: 'elsewhere', product: first?.product ?? -1, row: first?.row ?? -1 };
}

/** The same whatever the order of the documents. */
function nameOfRow(catalogue: Catalogue, row: number): string {
  const vulnerability = catalogue.rowVulnerability(row);
  const { kb, fixedBuild, subType } = catalogue.remediation(catalogue.rowRemediation(row));
  const { id } = catalogue.vulnerabilityDocument(vulnerability);
  return [id, catalogue.vulnerabilityId(vulnerability), kb ?? '', fixedBuild, subType].join('\n');
}

/** A part of Windows that is reported, in a version that no rule can judge. */
function unknownPart({ catalogue, parts }: JudgedDevice, product: number): Stranger | undefined {
  const isExplorer = (each: number): boolean => catalogue.productName(each).startsWith('Internet Explorer');
  const unjudged = parts.flatMap((part) =>
    'findings' in part ? part.findings.flatMap(({ finding }) => finding.undetermined) : [],
  );
  const why = unjudged.find((each) => isExplorer(each.product) && isExplorer(product));
  return why === undefined ? undefined : { kind: 'ended', reason: why.reason, detail: why.detail };
}

interface NamedProduct {
  readonly product: number;
  readonly row: number;
}

/** Every product that the subject's rows name, by name. */
function namedProducts(catalogue: Catalogue, subject: ExplainSubject): readonly NamedProduct[] {
  const rows = new Map<number, number>();
  for (const row of rowsOf(catalogue, subject))
    for (const product of catalogue.rowProducts(row)) {
      const before = rows.get(product);
      if (before === undefined || nameOfRow(catalogue, row) < nameOfRow(catalogue, before)) rows.set(product, row);
    }
  return Array.from(rows, ([product, row]) => ({ product, row })).sort((a, b) =>
    catalogue.productName(a.product) < catalogue.productName(b.product) ? -1 : 1,
  );
}

/** Another line of the same software: named alike, and of the same year where both say one. */
export function isSibling(catalogue: Catalogue, { finding, products }: SoftwarePart, product: number): boolean {
  if (products.includes(product)) return false;
  const shown = catalogue.productName(finding.product);
  const name = catalogue.productName(product);
  const year = yearOf(finding.software.name) ?? yearOf(shown);
  const slugs = [shown, finding.software.name].map((each) => productSlug(each).slug);
  return slugs.includes(productSlug(name).slug) && yearOf(name) === year;
}

function isLaterThanLine({ catalogue }: JudgedDevice, { products }: SoftwarePart, row: number): boolean {
  const dateOf = (each: number): string =>
    catalogue.vulnerabilityDocument(catalogue.rowVulnerability(each)).initialReleaseAt;
  const last =
    products
      .flatMap((product) => Array.from(catalogue.rowsOfProduct(product), dateOf))
      .sort()
      .at(-1) ?? '';
  return dateOf(row) > last;
}
