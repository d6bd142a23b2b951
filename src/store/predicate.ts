import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { FilterProperty, FilterTree } from './filter.ts';
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
  switch (tree.kind) {
    case 'constant':
      return constant(tree.value);
    case 'and':
    case 'or':
      return joined(
        operandsOf(tree, tree.kind).map((operand) => predicateOf(operand, dialect)),
        tree.kind,
      );
    case 'not':
      return not(predicateOf(tree.operand, dialect));
    case 'compare':
      return comparison(tree, dialect);
    case 'in':
      return joined(
        tree.values.map((value) => comparison({ ...tree, kind: 'compare', operator: 'eq', value }, dialect)),
        'or',
      );
    case 'text': {
      const { operator } = tree;
      const column = columns[tree.property];
      const value = column.fold?.(tree.value) ?? tree.value;
      return anyOf(column, (operand) => textTest(operand, operator, value, dialect), dialect);
    }
  }
}

function comparison(tree: Compare, dialect: PredicateDialect): Predicate {
  const column = columns[tree.property];
  const { operator, value } = tree;
  if (value === null) return nullComparison(column, operator, dialect);
  if (operator === 'ne') return not(comparison({ ...tree, operator: 'eq' }, dialect));
  if (column.kind === 'instant') return instantComparison(tree.property, operator, value, dialect);
  return anyOf(column, orderTest(operator, column.fold?.(value) ?? value), dialect);
}

function nullComparison(column: Column, operator: Compare['operator'], dialect: PredicateDialect): Predicate {
  if (operator !== 'eq' && operator !== 'ne') return constant(false);
  const hasValue = anyOf(column, (operand) => sql<SqlBool>`${operand} is not null`, dialect);
  return operator === 'ne' ? hasValue : not(hasValue);
}

/** Kept instants end at the millisecond: one with more decimals equals none and lies just above its own millisecond. */
function instantComparison(
  property: FilterProperty,
  operator: Exclude<Compare['operator'], 'ne'>,
  value: string,
  dialect: PredicateDialect,
): Predicate {
  const column = columns[property];
  const instant = parseInstant(value);
  if (instant === undefined) throw new FilterValueError(property, 'an instant such as 2026-06-10T08:00:00Z', value);
  if (instant.isExact) return anyOf(column, orderTest(operator, instant.iso), dialect);
  if (operator === 'eq') return constant(false);
  const isBelow = operator === 'lt' || operator === 'le';
  return anyOf(column, orderTest(isBelow ? 'le' : 'gt', instant.iso), dialect);
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

function anyOf(column: Column, test: ValueTest, dialect: PredicateDialect): Predicate {
  if (column.kind !== 'list') return test(sql.ref(column.name));
  const value = sql.ref('element.value');
  const operand = column.fold === undefined ? value : sql`lower(${value})`;
  return sql`exists (select 1 from ${dialect.elementsOf(column.name)} where ${test(operand)})`;
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
