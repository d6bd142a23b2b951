import type { FilterTree } from '../../store/filter.ts';
import type { Filter } from '../odata/filter.ts';

/** A filter that asks for `machineId` alone, as the store is asked for devices; `undefined` for any other. */
export function idFilterOf(filter: Filter): FilterTree | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const operands = filter.operands.flatMap((operand) => idFilterOf(operand) ?? []);
      return operands.length === filter.operands.length ? { kind: filter.kind, operands } : undefined;
    }
    case 'not': {
      const operand = idFilterOf(filter.operand);
      return operand === undefined ? undefined : { kind: 'not', operand };
    }
    case 'any':
      return undefined;
    case 'compare':
    case 'in':
    case 'text':
      return isOfMachine(filter) && !filter.on.isTrimmed ? idTestOf(filter) : undefined;
  }
}

/** Every device has an id: what is asked with `null` is decided. */
function idTestOf(filter: Extract<Filter, { kind: 'compare' | 'in' | 'text' }>): FilterTree {
  switch (filter.kind) {
    case 'compare': {
      const { operator, value } = filter;
      return { kind: 'compare', property: 'id', operator, value: value === null ? null : String(value) };
    }
    case 'in':
      return { kind: 'in', property: 'id', values: filter.values.flatMap((value) => value ?? []).map(String) };
    case 'text':
      return { kind: 'text', property: 'id', operator: filter.operator, value: filter.value.toLowerCase() };
  }
}

/** The comparisons with `machineId` within a filter. */
export function machineTestsOf(filter: Filter): readonly Filter[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.flatMap(machineTestsOf);
    case 'not':
      return machineTestsOf(filter.operand);
    case 'any':
      return [];
    case 'compare':
    case 'in':
    case 'text':
      return isOfMachine(filter) ? [filter] : [];
  }
}

/** What is left of a filter where these tests are answered; a truth where nothing is. */
export function withMachine(filter: Filter, answerOf: ReadonlyMap<Filter, boolean>): Filter | boolean {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const decides = filter.kind === 'or';
      const left = filter.operands.map((operand) => withMachine(operand, answerOf));
      if (left.includes(decides)) return decides;
      const operands = left.filter((each) => typeof each !== 'boolean');
      return operands.length === 0 ? !decides : { kind: filter.kind, operands };
    }
    case 'not': {
      const operand = withMachine(filter.operand, answerOf);
      return typeof operand === 'boolean' ? !operand : { kind: 'not', operand };
    }
    case 'any':
    case 'compare':
    case 'in':
    case 'text':
      return answerOf.get(filter) ?? filter;
  }
}

function isOfMachine(filter: Extract<Filter, { kind: 'compare' | 'in' | 'text' }>): boolean {
  return filter.on.property.name === 'machineId';
}
