import type { Catalogue } from '../../catalogue/catalogue.ts';
import { exchangeUpdateName } from '../../catalogue/exchange-builds.ts';
import { parseSqlServerProduct } from '../../catalogue/sql-server-line.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { Alternative, ExplainSubject } from '../evidence.ts';
import { isRollupLine } from '../lines/rollup-line.ts';
import { parseVersion } from '../lines/version.ts';
import type { RuleInput } from '../rules/rule.ts';
import type { JudgedDevice } from './judged-device.ts';
import { rowsOf } from './obligations.ts';
import { nameOfPart } from './parts.ts';
import type { SoftwarePart } from './parts.ts';
import { isSibling } from './strangers.ts';
import type { Ruling, StandingObligation } from './verdict.ts';

/** What looks like a fix and is none here: an update that the device has but that does not name it, one for another line. */
export function temptingAlternatives(
  judged: JudgedDevice,
  subject: ExplainSubject,
  { obligations }: Ruling,
): readonly Alternative[] {
  const { input } = judged;
  const own = new Set(obligations.flatMap(({ fixes }) => fixes.flatMap(({ remediation }) => remediation.kb ?? [])));
  const open = obligations.filter(({ standing, part }) => standing.kind === 'open' && part.kind === 'windows');
  const unnamed = input === undefined || open.length === 0 ? [] : notNamed(input, open);
  const lines = judged.parts.flatMap((part) => (part.kind === 'software' ? ofOtherLines(judged, subject, part) : []));
  return [...unnamed, ...lines.filter(({ kb }) => kb === null || !own.has(kb))];
}

interface Held {
  readonly kb: KbNumber;
  readonly releasedOn: string;
  readonly subType: string;
  readonly fixedBuild: string | null;
  readonly why: (count: number) => string;
}

/** Updates that the device has, of the month of the fix or later, whose rows do not name what is open. */
function notNamed(input: RuleInput, open: readonly StandingObligation[]): readonly Alternative[] {
  const product = input.catalogue.productName(input.os.product);
  return heldUpdates(input).flatMap(({ kb, releasedOn, subType, fixedBuild, why }) => {
    const unnamed = open.filter(
      ({ fixes }) =>
        fixes.every(({ remediation }) => remediation.kb !== kb) &&
        fixes.some(
          ({ remediation }) =>
            remediation.kb !== null && (input.catalogue.findRelease(remediation.kb)?.releasedOn ?? '') <= releasedOn,
        ),
    );
    const count = new Set(unnamed.map(({ vulnerability }) => vulnerability)).size;
    return count === 0
      ? []
      : [{ kb, subType, fixedBuild, product, taken: false, reason: 'not-named' as const, why: why(count) }];
  });
}

function heldUpdates({ line, installed, ubr, os }: RuleInput): readonly Held[] {
  const what = (count: number): string =>
    count === 1 ? 'what is open' : `${count} of the vulnerabilities that are open`;
  if (isRollupLine(line))
    return [...line.updates.values()]
      .filter(({ kb, kind }) => kind === 'security-only' && installed.has(kb))
      .map(({ kb, releasedOn }) => ({
        kb,
        releasedOn,
        subType: 'Security Only',
        fixedBuild: null,
        why: (count) =>
          `${formatKb(kb)} is installed, but a Security Only update holds its own month alone: its rows do not name ${what(count)}.`,
      }));
  return line.hotpatches
    .filter((each) => installed.has(each.kb) || (each.ubr !== undefined && each.ubr === ubr))
    .map((each) => ({
      ...each,
      subType: 'Hotpatch',
      fixedBuild: each.ubr === undefined ? null : `10.0.${os.windows.version.build}.${each.ubr}`,
      why: (count) =>
        `The device has the hotpatch ${formatKb(each.kb)}, but a hotpatch holds only what its rows name, and they do not name ${what(count)}.`,
    }));
}

function ofOtherLines(
  { catalogue }: JudgedDevice,
  subject: ExplainSubject,
  part: SoftwarePart,
): readonly Alternative[] {
  const found: Alternative[] = [];
  for (const row of rowsOf(catalogue, subject)) {
    const { kb, subType, fixedBuild } = catalogue.remediation(catalogue.rowRemediation(row));
    const inRow = catalogue.rowProducts(row);
    if (kb === null || part.products.some((each) => inRow.includes(each))) continue;
    for (const product of inRow) {
      if (!isSibling(catalogue, part, product)) continue;
      const name = catalogue.productName(product);
      const why = otherLineSentence(kb, name, { part, catalogue });
      const version = fixedBuild === '' ? null : fixedBuild;
      found.push({ kb, subType, fixedBuild: version, product: name, taken: false, reason: 'other-line', why });
    }
  }
  return firstOfEach(found);
}

/** Each update once, for the first of its products by name. */
function firstOfEach(alternatives: readonly Alternative[]): readonly Alternative[] {
  const key = ({ product, fixedBuild, subType }: Alternative): string => `${product}\n${fixedBuild ?? ''}\n${subType}`;
  const first = new Map<KbNumber | null, Alternative>();
  for (const each of alternatives) {
    const before = first.get(each.kb);
    if (before === undefined || key(each) < key(before)) first.set(each.kb, each);
  }
  return [...first.values()];
}

/** Whom the update is for, and what the device has instead. */
export function otherLineSentence(
  kb: KbNumber | null,
  product: string,
  { part, catalogue }: { readonly part: SoftwarePart; readonly catalogue: Catalogue },
): string {
  const name = kb === null ? 'It' : formatKb(kb);
  return `${name} is for ${product}${kindOfLine(product)}; the installed ${nameOfPart(part)} ${ownLine(part, catalogue)}.`;
}

function kindOfLine(product: string): string {
  const line = parseSqlServerProduct(product)?.line;
  return line === 'CU' ? ', on the line of cumulative updates' : line === 'GDR' ? ', on the GDR line' : '';
}

function ownLine({ finding }: SoftwarePart, catalogue: Catalogue): string {
  const version = parseVersion(finding.software.version ?? '');
  // Not by the reported build: an installed update can have led the instance to the other line.
  const sql = finding.rule === 'sql-server' ? parseSqlServerProduct(catalogue.productName(finding.product)) : undefined;
  if (sql !== undefined) {
    const pack = sql.servicePack === 0 ? '' : ` of Service Pack ${sql.servicePack}`;
    return `is on the ${sql.line === 'CU' ? 'line of cumulative updates (CU)' : `${sql.line} line`}${pack}`;
  }
  const exchange =
    finding.rule === 'exchange-server' ? exchangeUpdateName(version?.slice(0, 3).join('.') ?? '') : undefined;
  return exchange === undefined ? 'is of another line' : `is ${exchange}`;
}
