import { machineColumnOf, sortPropertyOf } from '../contract/machine-columns.ts';
import type { MachineColumn } from '../contract/machine-columns.ts';
import { machineType, toMachine } from '../contract/machine.ts';
import type { MachineFacts, MachineState } from '../contract/machine.ts';
import type { DeviceQuery, DeviceRow } from '../../store/store.ts';
import type { FilterTree, SortCase, SortKey, StateValue } from '../../store/filter.ts';
import { nameKey } from '../../store/name-key.ts';
import { shownAddress } from '../../store/shown-address.ts';
import { asLiteral, fits } from './evaluate.ts';
import type { Row } from './evaluate.ts';
import type { Filter, Literal } from './filter.ts';
import type { ListRules } from './list-rules.ts';
import { odataError } from './odata-error.ts';
import type { OrderKey, QueryOptions } from './query-options.ts';

/** GET /api/machines */
export const machineRules: ListRules = {
  type: machineType,
  largestPage: 10_000,
};

/** What the client asks of machines as the store is asked for devices. @throws {ApiError} 400 `ODataError` */
export function deviceQueryOf(options: QueryOptions, facts: MachineFacts): DeviceQuery {
  const { filter, orderBy, top, skip, count, after } = options;
  const keys = sortKeysOf(orderBy, facts);
  return {
    top: Math.min(top ?? machineRules.largestPage, machineRules.largestPage),
    skip,
    count,
    orderBy: keys,
    ...(filter === undefined ? {} : { filter: toStoreFilter(filter, facts) }),
    ...(after === undefined ? {} : { after: afterOf(after, orderBy, facts) }),
  };
}

/** Where the next page begins: the values of the client's order keys in `device`, which is in `state`, and its id. */
export function orderValuesOf(
  { device, state }: { readonly device: DeviceRow; readonly state: MachineState },
  orderBy: readonly OrderKey[],
  facts: MachineFacts,
): readonly Literal[] {
  return [
    ...orderBy.map(({ property: { name } }) => {
      const property = sortPropertyOf(name, facts);
      if (property === undefined) {
        const column = machineColumnOf(name, facts);
        if (column?.kind === 'state') return column.valueOf(state);
        return foldedValue(asLiteral((toMachine(device, state, facts) as Row)[name]));
      }
      if (property === 'name') return device.name === null ? null : nameKey(device.name);
      if (property !== 'lastIpAddress') return device[property];
      const address = shownAddress(device.ipAddresses);
      return address === null ? null : nameKey(address);
    }),
    device.id,
  ];
}

/** A filter over machines as one over the rows that are kept. */
export function toStoreFilter(filter: Filter, facts: MachineFacts): FilterTree {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, operands: filter.operands.map((operand) => toStoreFilter(operand, facts)) };
    case 'not':
      return { kind: 'not', operand: toStoreFilter(filter.operand, facts) };
    case 'any': {
      const column = machineColumnOf(filter.property.name, facts);
      if (column?.kind !== 'stored') throw cannotFilter(filter.property.name);
      const test = filter.test === undefined ? undefined : toStoreFilter(filter.test, facts);
      return { kind: 'any', property: column.property, test };
    }
    case 'compare':
    case 'in':
    case 'text': {
      const { name } = filter.on.property;
      const column = machineColumnOf(name, facts);
      if (column === undefined) throw cannotFilter(name);
      if (column.kind === 'stored') return storedTest(filter, column.property);
      if (column.kind === 'state')
        return { kind: 'states', states: facts.statesWhere(stateTest(filter, column.valueOf)) };
      const holding = column.cases.filter(({ value }) => fits(value, filter)).map(({ holds }) => holds);
      if (holding.length === column.cases.length || holding.length === 0)
        return { kind: 'constant', value: holding.length > 0 };
      return { kind: 'or', operands: holding };
    }
  }
}

/** Thousands of states have a few values: each is looked at once. */
function stateTest(
  filter: Extract<Filter, { kind: 'compare' | 'in' | 'text' }>,
  valueOf: (state: MachineState) => Literal,
): (state: MachineState) => boolean {
  const known = new Map<Literal, boolean>();
  return (state) => {
    const value = valueOf(state);
    let fit = known.get(value);
    if (fit === undefined) known.set(value, (fit = fits(value, filter)));
    return fit;
  };
}

function storedTest(
  filter: Extract<Filter, { kind: 'compare' | 'in' | 'text' }>,
  property: Extract<FilterTree, { kind: 'compare' }>['property'],
): FilterTree {
  switch (filter.kind) {
    case 'text':
      return { kind: 'text', property, operator: filter.operator, value: filter.value };
    case 'compare':
      return { kind: 'compare', property, operator: filter.operator, value: textOf(filter.value) };
    case 'in': {
      const values = filter.values.flatMap((value) => (value === null ? [] : [String(value)]));
      const listed: FilterTree = { kind: 'in', property, values };
      if (!filter.values.includes(null)) return listed;
      return { kind: 'or', operands: [listed, { kind: 'compare', property, operator: 'eq', value: null }] };
    }
  }
}

function sortKeysOf(orderBy: readonly OrderKey[], facts: MachineFacts): NonNullable<DeviceQuery['orderBy']> {
  return orderBy.flatMap(({ property: { name }, position, isDescending }): readonly SortKey[] => {
    const property = sortPropertyOf(name, facts);
    if (property !== undefined) return [{ property, isDescending }];
    const column = machineColumnOf(name, facts);
    if (column?.kind === 'state') return [{ stateValues: stateValuesOf(column.valueOf, facts), isDescending }];
    if (column?.kind === 'cases')
      return column.cases.length === 1 ? [] : [{ cases: sortCasesOf(column), isDescending }];
    throw odataError(`$orderby: Machine cannot be sorted by "${name}" (position ${position}).`);
  });
}

function sortCasesOf({ cases }: Extract<MachineColumn, { kind: 'cases' }>): readonly SortCase[] {
  return cases.flatMap(({ value, holds }) => {
    const folded = foldedValue(value);
    return typeof folded === 'string' || typeof folded === 'number' ? [{ value: folded, holds }] : [];
  });
}

/** Texts are sorted without case. */
function foldedValue(value: Literal): Literal {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Which patch states in use have which value. */
function stateValuesOf(valueOf: (state: MachineState) => Literal, facts: MachineFacts): readonly StateValue[] {
  const values = new Set<string | number>();
  facts.statesWhere((state) => {
    const value = valueOf(state);
    if (typeof value === 'string' || typeof value === 'number') values.add(value);
    return false;
  });
  return [...values].map((value) => ({
    value,
    states: facts.statesWhere((state) => valueOf(state) === value).ids,
  }));
}

/** The store knows no keys that sort nothing, and has the id once, last. */
function afterOf(
  after: readonly Literal[],
  orderBy: readonly OrderKey[],
  facts: MachineFacts,
): readonly (string | number | null)[] {
  const keys = orderBy.flatMap(({ property: { name } }, index) => {
    const property = sortPropertyOf(name, facts);
    const value = after[index] ?? null;
    const column = machineColumnOf(name, facts);
    if (property === undefined && (column?.kind === 'state' || (column?.kind === 'cases' && column.cases.length > 1)))
      return [typeof value === 'number' ? value : textOf(value)];
    return property === undefined || property === 'id' ? [] : [textOf(value)];
  });
  return [...keys, textOf(after.at(-1) ?? null)];
}

function textOf(value: Literal): string | null {
  return value === null ? null : String(value);
}

function cannotFilter(name: string): Error {
  return odataError(`$filter: Machine cannot be filtered by "${name}".`);
}
