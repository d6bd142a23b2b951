import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { LackingUpdate, OpenVulnerability } from './rule.ts';
import type { SoftwareRule } from './rule.ts';
import { compareVersions, judgeVersion, parseVersion, visibleRows } from '../lines/version-line.ts';
import type { FixRow } from '../lines/version-line.ts';

/**
 * SharePoint: an update comes in parts, language-neutral and language-dependent, each with a KB and a lineage of its own by
 * what it supersedes; all parts are needed. Where the list names none of them, the build decides.
 * Source: the verdict's specification, section 6.
 */
export const sharepointServer: SoftwareRule = {
  id: 'sharepoint-server',
  judges: 'software',
  judge(input) {
    const { catalogue, software, installed } = input;
    const year = /^microsoft sharepoint\b.*\b(2010|2013|2016|2019|subscription)\b/i.exec(software.name.trim())?.[1];
    if (year === undefined || /language pack/i.test(software.name)) return undefined;
    const products = sharepoints(catalogue, year.toLowerCase(), /foundation/i.test(software.name));
    const [product] = products;
    if (product === undefined) return undefined;
    const rule = 'sharepoint-server';
    const rows = visibleRows(input, products);
    if (!rows.some(({ kb }) => kb !== null && installed.has(kb)))
      return judgeVersion(input, { rule, product, products });
    const parents = supersededIn(catalogue, rows);
    const covered = walk(withLostEnds(installed, rows, parents), parents);
    const running = parseVersion(software.version ?? '');
    const has = ({ kb, fixed }: FixRow): boolean =>
      kb === null ||
      covered.has(kb) ||
      (running !== undefined && fixed.length > 0 && fixed.every((each) => compareVersions(each, running) <= 0));
    const open = new Map<number, Set<KbNumber>>();
    for (const row of rows) {
      if (row.kb === null || has(row)) continue;
      open.set(row.vulnerability, (open.get(row.vulnerability) ?? new Set()).add(row.kb));
    }
    const missing = new Set([...open.values()].flatMap((kbs) => [...kbs]));
    return {
      rule,
      software,
      product,
      products,
      open: Array.from(open, ([vulnerability, kbs]): OpenVulnerability => ({
        vulnerability,
        product,
        kbs: [...kbs].sort(),
      })),
      lacking: Array.from(missing, (kb): LackingUpdate => {
        const successors = [...missing].filter((other) => other !== kb && walk(new Set([other]), parents).has(kb));
        // The last of the chain: the one that no other successor replaces.
        const last = successors.find(
          (each) => !successors.some((other) => other !== each && walk(new Set([other]), parents).has(each)),
        );
        return { kb, kind: 'security-update', ofOs: false, replacedBy: last ?? null };
      }),
      undetermined: undefined,
    };
  },
};

function sharepoints(catalogue: Catalogue, year: string, foundation: boolean): readonly number[] {
  const names = catalogue.once(sharepoints, () =>
    Array.from({ length: catalogue.productCount }, (_, product) => ({
      product,
      name: catalogue.productName(product).toLowerCase(),
    })).filter(({ name }) => name.startsWith('microsoft sharepoint')),
  );
  return names
    .filter(
      ({ name, product }) =>
        name.includes(year) &&
        name.includes('foundation') === foundation &&
        catalogue.fixesOfProduct(product).length > 0,
    )
    .map(({ product }) => product);
}

function supersededIn(catalogue: Catalogue, rows: readonly FixRow[]): ReadonlyMap<KbNumber, ReadonlySet<KbNumber>> {
  const own = new Set(rows.flatMap(({ kb }) => kb ?? []));
  const parents = new Map<KbNumber, Set<KbNumber>>();
  for (const kb of own) {
    const { start, end } = catalogue.fixesOfKb(kb);
    const older = new Set<KbNumber>();
    for (let fix = start; fix < end; fix += 1)
      for (const each of catalogue.remediation(catalogue.fixRemediation(fix)).supersedes)
        if (own.has(each)) older.add(each);
    older.delete(kb);
    parents.set(kb, older);
  }
  return parents;
}

/**
 * The chains have gaps: an update that none supersedes, although a later one is installed, has lost its successor among the
 * updates that fix no vulnerability. It counts as replaced.
 */
function withLostEnds(
  installed: ReadonlySet<KbNumber>,
  rows: readonly FixRow[],
  parents: ReadonlyMap<KbNumber, ReadonlySet<KbNumber>>,
): ReadonlySet<KbNumber> {
  const newest = rows.reduce(
    (date, { kb, releasedOn }) => (kb !== null && installed.has(kb) && releasedOn > date ? releasedOn : date),
    '',
  );
  const superseded = new Set([...parents.values()].flatMap((older) => [...older]));
  const lost = rows.flatMap(({ kb, releasedOn }) =>
    kb !== null && releasedOn < newest && !superseded.has(kb) ? kb : [],
  );
  return new Set([...installed, ...lost]);
}

/** The updates themselves and all that they supersede. */
function walk(
  from: ReadonlySet<KbNumber>,
  parents: ReadonlyMap<KbNumber, ReadonlySet<KbNumber>>,
): ReadonlySet<KbNumber> {
  const found = new Set<KbNumber>(from);
  const open = [...from];
  for (let kb = open.pop(); kb !== undefined; kb = open.pop()) {
    for (const older of parents.get(kb) ?? []) {
      if (found.has(older)) continue;
      found.add(older);
      open.push(older);
    }
  }
  return found;
}
