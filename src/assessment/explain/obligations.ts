import type { Catalogue, Remediation } from '../../catalogue/catalogue.ts';
import { platformOf } from '../../terms/product-id.ts';
import type { ProductId } from '../../terms/product-id.ts';
import type { ExplainSubject } from '../evidence.ts';
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
function ownersOf({ catalogue, parts, input }: JudgedDevice): Owners {
  const own = [...new Set(parts.flatMap(({ products }) => products))];
  const standsFor = (row: number): ReadonlyMap<number, number> => {
    const { kb } = catalogue.remediation(catalogue.rowRemediation(row));
    const sibling = kb === null ? undefined : input?.line.standIns.get(kb);
    return sibling === undefined || input === undefined
      ? new Map()
      : counterparts(catalogue, { own, os: input.os.product, sibling });
  };
  return {
    of(row) {
      const inRow = catalogue.rowProducts(row);
      const direct = own.filter((product) => inRow.includes(product));
      const lost = [...standsFor(row)].flatMap(([named, product]) =>
        inRow.includes(named) && !direct.includes(product) ? product : [],
      );
      return [...direct, ...lost];
    },
    named(row, product) {
      const inRow = catalogue.rowProducts(row);
      if (inRow.includes(product)) return product;
      return [...standsFor(row)].find(([named, each]) => each === product && inRow.includes(named))?.[0] ?? product;
    },
  };
}

interface Sibling {
  readonly own: readonly number[];
  readonly os: number;
  readonly sibling: number;
}

/** The sibling Windows and its parts, each with the device's own product of that kind. */
function counterparts(catalogue: Catalogue, { own, os, sibling }: Sibling): ReadonlyMap<number, number> {
  const osId = catalogue.product(os).id;
  const siblingId = catalogue.product(sibling).id;
  const found = new Map<number, number>([[sibling, os]]);
  for (const product of own) {
    const { id } = catalogue.product(product);
    if (platformOf(id) !== osId) continue;
    const other = catalogue.findProduct(`${id.slice(0, -osId.length)}${siblingId}` as ProductId);
    if (other !== undefined) found.set(other, product);
  }
  return found;
}
