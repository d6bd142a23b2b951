import type { Catalogue, Remediation } from '../../catalogue/catalogue.ts';
import { platformOf } from '../../terms/product-id.ts';
import type { ProductId } from '../../terms/product-id.ts';
import type { ExplainSubject } from '../evidence.ts';
import { publishedWindows } from '../identify-os.ts';
import type { JudgedDevice } from './judged-device.ts';
import type { Part } from './parts.ts';

/** A published way to close one vulnerability of one product of the device. */
export interface PublishedFix {
  readonly row: number;
  /** The product that the row names: the device's own, or the one that stands in for it. */
  readonly named: number;
  readonly remediation: Remediation;
}

/** One vulnerability of one product of the device, with every row that closes it. */
export interface Obligation {
  readonly vulnerability: number;
  readonly product: number;
  readonly part: Part;
  readonly fixes: readonly PublishedFix[];
}

/** What the subject asks of the device: of an update, every vulnerability that it fixes there, with its other fixes. */
export function obligationsOf(judged: JudgedDevice, subject: ExplainSubject): readonly Obligation[] {
  const { catalogue } = judged;
  const owners = ownersOf(judged);
  const subjectRows = rowsOf(catalogue, subject);
  const wanted = new Set<string>();
  for (const row of subjectRows)
    for (const product of owners.of(row)) wanted.add(`${catalogue.rowVulnerability(row)} ${product}`);
  const rows = 'kb' in subject ? rowsOfSame(catalogue, subjectRows) : subjectRows;
  const found = new Map<
    string,
    { readonly vulnerability: number; readonly product: number; readonly fixes: PublishedFix[] }
  >();
  for (const row of rows) {
    const vulnerability = catalogue.rowVulnerability(row);
    for (const product of owners.of(row)) {
      const key = `${vulnerability} ${product}`;
      if (!wanted.has(key)) continue;
      const remediation = catalogue.remediation(catalogue.rowRemediation(row));
      const fix = { row, named: owners.named(row, product), remediation };
      const known = found.get(key);
      if (known === undefined) found.set(key, { vulnerability, product, fixes: [fix] });
      else known.fixes.push(fix);
    }
  }
  return [...found.values()].flatMap((each) =>
    judged.parts.flatMap((part) => (part.products.includes(each.product) ? { ...each, part } : [])),
  );
}

export function rowsOf(catalogue: Catalogue, subject: ExplainSubject): Int32Array {
  return 'kb' in subject ? catalogue.rowsOfKb(subject.kb) : catalogue.rowsOfVulnerability(subject.vulnerability);
}

/** Every row of the vulnerabilities that these rows name. */
function rowsOfSame(catalogue: Catalogue, rows: Int32Array): readonly number[] {
  const vulnerabilities = new Set(Array.from(rows, (row) => catalogue.rowVulnerability(row)));
  const ids = new Set([...vulnerabilities].map((each) => catalogue.vulnerabilityId(each)));
  return [...ids].flatMap((id) =>
    Array.from(catalogue.rowsOfVulnerability(id)).filter((row) => vulnerabilities.has(catalogue.rowVulnerability(row))),
  );
}

interface Owners {
  /** The device's products that a row is of. */
  of(row: number): readonly number[];
  named(row: number, product: number): number;
}

/** Whose rows are the device's: its own products', and those of a sibling that stand in for rows that its Windows has lost. */
function ownersOf(judged: JudgedDevice): Owners {
  const { catalogue, parts, input } = judged;
  const own = [...new Set(parts.flatMap(({ products }) => products))];
  const counterparts = counterpartsOf(judged, own);
  const ownersOfRow = (row: number): ReadonlyMap<number, number> => {
    const { kb } = catalogue.remediation(catalogue.rowRemediation(row));
    const inRow = catalogue.rowProducts(row);
    const found = new Map(own.flatMap((product) => (inRow.includes(product) ? [[product, product] as const] : [])));
    if (kb === null || input?.line.standIns.has(kb) !== true) return found;
    for (const named of inRow) {
      const product = counterparts.get(named);
      if (product !== undefined && !found.has(product)) found.set(product, named);
    }
    return found;
  };
  return {
    of: (row) => [...ownersOfRow(row).keys()],
    named: (row, product) => ownersOfRow(row).get(product) ?? product,
  };
}

/** The siblings of the device's Windows (other processors of one version, other versions of one branch) and their parts, each with the own counterpart. */
function counterpartsOf({ catalogue, input }: JudgedDevice, own: readonly number[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  if (input === undefined || input.line.standIns.size === 0) return found;
  const { product: os, windows } = input.os;
  const osId = catalogue.product(os).id;
  const siblings = publishedWindows(catalogue).filter(
    ({ product, windows: { version, side, core, architecture } }) =>
      product !== os &&
      version.branch === windows.version.branch &&
      side === windows.side &&
      core === windows.core &&
      (version === windows.version || architecture === windows.architecture),
  );
  for (const sibling of siblings) {
    found.set(sibling.product, os);
    for (const product of own) {
      const { id } = catalogue.product(product);
      if (platformOf(id) !== osId) continue;
      const other = `${id.slice(0, -osId.length)}${catalogue.product(sibling.product).id}` as ProductId;
      const number = catalogue.findProduct(other);
      if (number !== undefined) found.set(number, product);
    }
  }
  return found;
}
