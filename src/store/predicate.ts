import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { FilterProperty, FilterTree, SortProperty } from './filter.ts';
import { parseInstant } from './instant.ts';
import { nameKey } from './name-key.ts';
import { FilterValueError } from './store-error.ts';

/** What the databases write differently in a predicate. */
export interface PredicateDialect {
  /** A JSON array column as a table `element` with one column `value`. */
  elementsOf(column: string): RawBuilder<unknown>;
  contains(text: RawBuilder<unknown>, part: string): Predicate;
}

export type Predicate = RawBuilder<SqlBool>;

type Compare = Extract<FilterTree, { kind: 'compare' }>;
type ValueTest = (operand: RawBuilder<unknown>) => Predicate;

/** Where a property is kept and how its values are written there. */
interface Column {
  readonly name: string;
  readonly kind: 'text' | 'instant' | 'list';
  /** Brings a value of the filter to the kept form; absent where case counts. */
  readonly fold?: (value: string) => string;
}

const lowerCase = (value: string): string => value.toLowerCase();

const columns: Readonly<Record<FilterProperty, Column>> = {
  id: { name: 'id', kind: 'text', fold: lowerCase },
  name: { name: 'name_key', kind: 'text', fold: nameKey },
  osPlatform: { name: 'os_platform', kind: 'text' },
  displayVersion: { name: 'display_version', kind: 'text' },
  architecture: { name: 'architecture', kind: 'text' },
  deviceGroup: { name: 'device_group', kind: 'text' },
  tags: { name: 'tags', kind: 'list' },
  ipAddresses: { name: 'ip_addresses', kind: 'list', fold: lowerCase },
  reportedAt: { name: 'reported_at', kind: 'instant' },
  firstSeenAt: { name: 'first_seen_at', kind: 'instant' },
};

/**
 * `tree` as SQL with bound values. A list property (tags, addresses) fits where any element does, and `ne` where none
 * equals. Comparisons know two values, as OData has it: what has no value is unequal to every text and below none.
 * @throws {FilterValueError} where an instant is compared with something else.
 */
export function predicateOf(tree: FilterTree, dialect: PredicateDialect): Predicate {
  return predicateWithin(tree, { dialect, element: undefined });
}

/** Where a predicate stands: `element` is the list property of which one element is looked at. */
interface Place {
  readonly dialect: PredicateDialect;
  readonly element: FilterProperty | undefined;
}

function predicateWithin(tree: FilterTree, place: Place): Predicate {
  switch (tree.kind) {
    case 'constant':
      return constant(tree.value);
    case 'and':
    case 'or':
      return joined(
        operandsOf(tree, tree.kind).map((operand) => predicateWithin(operand, place)),
        tree.kind,
      );
    case 'not':
      return not(predicateWithin(tree.operand, place));
    case 'compare':
      return comparison(tree, place);
    case 'in':
      return joined(
        tree.values.map((value) => comparison({ ...tree, kind: 'compare', operator: 'eq', value }, place)),
        'or',
      );
    case 'text': {
      const { operator } = tree;
      const column = columns[tree.property];
      const value = column.fold?.(tree.value) ?? tree.value;
      return anyOf(tree.property, (operand) => textTest(operand, operator, value, place.dialect), place);
    }
    case 'any': {
      const { property, test } = tree;
      const fitting = test === undefined ? constant(true) : predicateWithin(test, { ...place, element: property });
      return sql`exists (select 1 from ${place.dialect.elementsOf(columns[property].name)} where ${fitting})`;
    }
  }
}

function comparison(tree: Compare, place: Place): Predicate {
  const column = columns[tree.property];
  const { operator, value } = tree;
  if (value === null) return nullComparison(tree.property, operator, place);
  if (operator === 'ne') return not(comparison({ ...tree, operator: 'eq' }, place));
  if (column.kind === 'instant') return instantComparison(tree.property, operator, value, place);
  return anyOf(tree.property, orderTest(operator, column.fold?.(value) ?? value), place);
}

function nullComparison(property: FilterProperty, operator: Compare['operator'], place: Place): Predicate {
  if (operator !== 'eq' && operator !== 'ne') return constant(false);
  const hasValue = anyOf(property, (operand) => sql<SqlBool>`${operand} is not null`, place);
  return operator === 'ne' ? hasValue : not(hasValue);
}

/** Kept instants end at the millisecond: one with more decimals equals none and lies just above its own millisecond. */
function instantComparison(
  property: FilterProperty,
  operator: Exclude<Compare['operator'], 'ne'>,
  value: string,
  place: Place,
): Predicate {
  const instant = parseInstant(value);
  if (instant === undefined) throw new FilterValueError(property, 'an instant such as 2026-06-10T08:00:00Z', value);
  if (instant.isExact) return anyOf(property, orderTest(operator, instant.iso), place);
  if (operator === 'eq') return constant(false);
  const isBelow = operator === 'lt' || operator === 'le';
  return anyOf(property, orderTest(isBelow ? 'le' : 'gt', instant.iso), place);
}

function orderTest(operator: Exclude<Compare['operator'], 'ne'>, value: string): ValueTest {
  switch (operator) {
    case 'eq':
      return (operand) => sql`${operand} = ${value}`;
    case 'gt':
      return (operand) => sql`${operand} > ${value}`;
    case 'ge':
      return (operand) => sql`${operand} >= ${value}`;
    case 'lt':
      return (operand) => sql`${operand} < ${value}`;
    case 'le':
      return (operand) => sql`${operand} <= ${value}`;
  }
}

function textTest(
  operand: RawBuilder<unknown>,
  operator: 'startswith' | 'endswith' | 'contains',
  value: string,
  dialect: PredicateDialect,
): Predicate {
  const characters = [...value].length;
  switch (operator) {
    case 'startswith':
      return sql`substr(${operand}, 1, ${characters}) = ${value}`;
    case 'endswith':
      return sql`substr(${operand}, length(${operand}) - ${characters} + 1) = ${value}`;
    case 'contains':
      return dialect.contains(operand, value);
  }
}

function anyOf(property: FilterProperty, test: ValueTest, { dialect, element }: Place): Predicate {
  const column = columns[property];
  if (column.kind !== 'list') return test(sql.ref(column.name));
  const value = sql.ref('element.value');
  const operand = column.fold === undefined ? value : sql`lower(${value})`;
  if (element === property) return test(operand);
  return sql`exists (select 1 from ${dialect.elementsOf(column.name)} where ${test(operand)})`;
}

/** The column by which a property is sorted and paged. */
export function sortColumnOf(property: SortProperty): string {
  return columns[property].name;
}

/** The operands of a chain `a or b or c`, which a parser hands over as `(a or b) or c`. */
function operandsOf(tree: FilterTree, kind: 'and' | 'or'): readonly FilterTree[] {
  const operands: FilterTree[] = [];
  const pending: FilterTree[] = [tree];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === kind) pending.push(...next.operands.toReversed());
    else operands.push(next);
  }
  return operands;
}

/** By halves: SQLite reads a chain as a tree as deep as it is long, and stops at 1,000. */
function joined(parts: readonly Predicate[], operator: 'and' | 'or'): Predicate {
  const [first] = parts;
  if (first === undefined) return constant(operator === 'and');
  if (parts.length === 1) return first;
  const half = parts.length >> 1;
  const left = joined(parts.slice(0, half), operator);
  const right = joined(parts.slice(half), operator);
  return operator === 'and' ? sql`(${left} and ${right})` : sql`(${left} or ${right})`;
}

/** `coalesce`, because SQL calls a comparison with a missing value neither true nor false, and so its opposite. */
function not(predicate: Predicate): Predicate {
  return sql`not coalesce(${predicate}, false)`;
}

function constant(value: boolean): Predicate {
  return value ? sql`true` : sql`false`;
}
