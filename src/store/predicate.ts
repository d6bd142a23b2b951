import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { FilterProperty, FilterTree, SortProperty, StateSet } from './filter.ts';
import { parseInstant } from './instant.ts';
import { nameKey } from './name-key.ts';
import { FilterValueError } from './store-error.ts';

/** What the databases write differently in a predicate. */
export interface PredicateDialect {
  /** A bound JSON array of texts as a subquery: thousands of values are one parameter. */
  textsOf(json: string): RawBuilder<unknown>;
  /** The column, so that no index over it is used. */
  unindexed(column: string): RawBuilder<unknown>;
  /** Lower case of every letter. */
  folded(text: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Of a JSON array of addresses the one that is shown, folded. */
  shownAddress(column: string): RawBuilder<unknown>;
  /** A JSON array column as a table `element` with one column `value`. */
  elementsOf(column: string): RawBuilder<unknown>;
  contains(text: RawBuilder<unknown>, part: string): Predicate;
  /** A bound value that is sorted by, where the database has to be told its type. */
  typed?(value: string | number): RawBuilder<unknown>;
  /** Column of devices by which `device_key` names them, there with `device_` before it. Default: `id`. */
  readonly keyedBy?: 'id' | 'number';
}

export type Predicate = RawBuilder<SqlBool>;

type Compare = Extract<FilterTree, { kind: 'compare' }>;
type ValueTest = (operand: RawBuilder<unknown>) => Predicate;

/** Where a property is kept and how its values are written there. */
interface Column {
  readonly name: string;
  readonly kind: 'text' | 'instant' | 'list' | 'shown';
  /** Where it is found without reading all devices: the first letter of its keys in `device_key`. */
  readonly keys?: string;
  /** Brings a value of the filter to the kept form; absent where case counts. */
  readonly fold?: (value: string) => string;
  /** Kept as reported: ASCII letters are brought to lower case when it is compared, which both databases do alike. */
  readonly isKeptMixed?: true;
}

const lowerCase = (value: string): string => value.toLowerCase();
const lowerAscii = (value: string): string => value.replaceAll(/[A-Z]+/g, lowerCase);

const columns: Readonly<Record<FilterProperty, Column>> = {
  id: { name: 'id', kind: 'text', fold: lowerCase },
  name: { name: 'name_key', kind: 'text', fold: nameKey },
  osPlatform: { name: 'os_platform', kind: 'text' },
  displayVersion: { name: 'display_version', kind: 'text', fold: lowerAscii, isKeptMixed: true },
  architecture: { name: 'architecture', kind: 'text', fold: lowerAscii, isKeptMixed: true },
  deviceGroup: { name: 'device_group', kind: 'text' },
  tags: { name: 'tags', kind: 'list', fold: nameKey, keys: 't' },
  ipAddresses: { name: 'ip_addresses', kind: 'list', fold: nameKey, keys: 'i' },
  lastIpAddress: { name: 'ip_addresses', kind: 'shown', fold: nameKey, keys: 'i' },
  reportedAt: { name: 'reported_at', kind: 'instant' },
  firstSeenAt: { name: 'first_seen_at', kind: 'instant' },
};

/**
 * `tree` as SQL with bound values. A list property (tags, addresses) fits where any element does, and `ne` where none
 * equals. Comparisons know two values, as OData has it: what has no value is unequal to every text and below none.
 * @throws {FilterValueError} where an instant is compared with something else.
 */
export function predicateOf(tree: FilterTree, list: ListedDevices): Predicate {
  return predicateWithin(tree, { ...list, element: undefined });
}

/** Of which list the predicate is. */
export interface ListedDevices {
  readonly dialect: PredicateDialect;
  readonly tenantId: string;
  /** Rows wanted; a count wants all. */
  readonly top: number;
  /** How many rows a subquery has, counted no further than to `most`. */
  countUpTo(rows: RawBuilder<unknown>, most: number): number;
}

/** Where a predicate stands: `element` is the list property of which one element is looked at. */
interface Place extends ListedDevices {
  readonly element: FilterProperty | undefined;
}

/** So many ids are gathered before one is looked up; of more, most devices that are passed in order of their ids fit anyway. */
const mostGathered = 100_000;
/** To gather an id and look its device up costs as much as to pass so many devices. */
const gatheringCost = 3;

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
      return membership(tree, place);
    case 'states':
      return inStates(tree.states, place);
    case 'text': {
      const { operator } = tree;
      const column = columns[tree.property];
      const value = column.fold?.(tree.value) ?? tree.value;
      if (tree.property === 'name' && operator === 'startswith') {
        const few = idsByPrefix(value, place);
        if (few !== undefined) return few;
      }
      return anyOf(tree.property, (operand) => textTest(operand, operator, value, place.dialect), place);
    }
    case 'any': {
      const { property, test } = tree;
      if (test?.kind === 'compare' && test.property === property && test.operator === 'eq' && test.value !== null)
        return comparison(test, place);
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
  if (operator === 'eq' && column.keys !== undefined && place.element !== tree.property)
    return withKeys(column, [value], place);
  return anyOf(tree.property, orderTest(operator, column.fold?.(value) ?? value), place);
}

function membership({ property, values }: Extract<FilterTree, { kind: 'in' }>, place: Place): Predicate {
  const column = columns[property];
  if (values.length === 0) return constant(false);
  if (column.keys !== undefined && place.element !== property) return withKeys(column, values, place);
  if (column.kind === 'instant')
    return joined(
      values.map((value) => comparison({ kind: 'compare', property, operator: 'eq', value }, place)),
      'or',
    );
  const folded = values.map((value) => column.fold?.(value) ?? value);
  return anyOf(property, (operand) => sql`${operand} in (${place.dialect.textsOf(JSON.stringify(folded))})`, place);
}

/** By their keys; of the addresses, the one that is shown has to be it. */
function withKeys(column: Column, values: readonly string[], place: Place): Predicate {
  const found = keyed(column, values, place);
  if (column.kind !== 'shown') return found;
  const folded = values.map((value) => column.fold?.(value) ?? value);
  const shown = place.dialect.shownAddress(column.name);
  return sql`(${found} and ${shown} in (${place.dialect.textsOf(JSON.stringify(folded))}))`;
}

/** By keys that few devices have: their ids are gathered. Of many, each device is asked. */
function keyed({ keys = '', fold }: Column, values: readonly string[], place: Place): Predicate {
  const { dialect, tenantId } = place;
  const wanted = dialect.textsOf(JSON.stringify(values.map((value) => `${keys}${fold?.(value) ?? value}`)));
  const [named, inKeys] = [
    sql.ref(`device.${dialect.keyedBy ?? 'id'}`),
    sql.ref(`device_key.device_${dialect.keyedBy ?? 'id'}`),
  ];
  const found = sql`from device_key where device_key.tenant_id = ${tenantId} and device_key.key in (${wanted})`;
  return place.countUpTo(sql`select 1 ${found}`, mostGathered) < mostGathered
    ? sql`${named} in (select ${inKeys} ${found})`
    : sql`exists (select 1 ${found} and ${inKeys} = ${named})`;
}

/** `undefined` where so many names begin so that it is better to look at each. */
function idsByPrefix(prefix: string, place: Place): Predicate | undefined {
  const beyond = textBeyond(prefix);
  if (prefix === '' || beyond === undefined) return undefined;
  const found = sql`from device as named where named.tenant_id = ${place.tenantId} and named.name_key >= ${prefix}
    and named.name_key < ${beyond}`;
  if (place.countUpTo(sql`select 1 ${found}`, mostGathered) >= mostGathered) return undefined;
  return sql`device.id in (select named.id ${found})`;
}

/** The first text, by code point, that stands behind all that begin with this one. */
function textBeyond(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  const last = points.at(-1);
  if (last === undefined || last >= 0x10_ff_ff || (last >= 0xd7_ff && last <= 0xdf_ff)) return undefined;
  return String.fromCodePoint(...points.slice(0, -1), last + 1);
}

/** Few devices are found by their states; of many, each that is passed in order of the ids is asked. */
function inStates({ ids, devices, allDevices }: StateSet, { dialect, tenantId, top }: Place): Predicate {
  if (ids.length === 0) return constant(false);
  const wanted = dialect.textsOf(JSON.stringify(ids));
  const passed = allDevices * Math.min(1, top / Math.max(1, devices));
  return devices * gatheringCost <= passed
    ? sql`device.id in (select member.id from device as member where member.tenant_id = ${tenantId}
        and member.patch_state_id in (${wanted}))`
    : sql`${dialect.unindexed('device.patch_state_id')} in (${wanted})`;
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
  if (column.kind === 'shown') return test(dialect.shownAddress(column.name));
  if (column.isKeptMixed === true) return test(sql`lower(${sql.ref(column.name)})`);
  if (column.kind !== 'list') return test(sql.ref(column.name));
  const value = sql.ref('element.value');
  const operand = column.fold === undefined ? value : dialect.folded(value);
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
