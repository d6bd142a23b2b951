import type { Filter, Literal, Operand } from './filter.ts';

/** A row of a collection that is kept in memory, by the names of its properties. */
export type Row = Readonly<Record<string, unknown>>;

type Test = Extract<Filter, { kind: 'compare' | 'in' | 'text' }>;

/**
 * Whether a row fits. As OData has it, what has no value is unequal to every value and neither above nor below one; texts
 * are compared without case, because Defender's clients write names, ids and enums in any.
 */
export function evaluate(filter: Filter, row: Row): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((operand) => evaluate(operand, row));
    case 'or':
      return filter.operands.some((operand) => evaluate(operand, row));
    case 'not':
      return !evaluate(filter.operand, row);
    case 'any': {
      const { property, test } = filter;
      return elementsOf(row[property.name]).some(
        (element) => test === undefined || evaluate(test, { [property.name]: element }),
      );
    }
    case 'compare':
    case 'in':
    case 'text': {
      const value = row[filter.on.property.name];
      if (!filter.on.property.isList) return fits(asLiteral(value), filter);
      return fitsList(elementsOf(value), filter);
    }
  }
}

/** A list fits where any element does; `ne` where none is equal. */
function fitsList(elements: readonly Literal[], test: Test): boolean {
  if (test.kind === 'compare' && test.value === null) return (elements.length === 0) === (test.operator === 'eq');
  if (test.kind === 'compare' && test.operator === 'ne')
    return !elements.some((element) => fits(element, { ...test, operator: 'eq' }));
  return elements.some((element) => fits(element, test));
}

/** Whether one value fits a comparison, a membership or a text function. */
export function fits(value: Literal, test: Test): boolean {
  const own = folded(value, test.on);
  switch (test.kind) {
    case 'compare':
      return compares(own, test.operator, folded(test.value, test.on));
    case 'in':
      return test.values.some((each) => compares(own, 'eq', folded(each, test.on)));
    case 'text': {
      if (typeof own !== 'string') return false;
      const wanted = test.value.toLowerCase();
      if (test.operator === 'contains') return own.includes(wanted);
      return test.operator === 'startswith' ? own.startsWith(wanted) : own.endsWith(wanted);
    }
  }
}

function compares(value: Literal, operator: Extract<Filter, { kind: 'compare' }>['operator'], than: Literal): boolean {
  if (operator === 'eq') return value === than;
  if (operator === 'ne') return value !== than;
  if (value === null || than === null) return false;
  const order = orderOf(value, than);
  if (operator === 'gt') return order > 0;
  if (operator === 'ge') return order >= 0;
  return operator === 'lt' ? order < 0 : order <= 0;
}

/** Below zero where `a` stands first; what has no value stands before all that has. Equal values of any kind give zero. */
export function orderOf(a: Literal, b: Literal): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The form in which a value is compared: texts in lower case, instants with as many decimals as any. */
export function folded(value: Literal, { property, isTrimmed }: Operand): Literal {
  if (typeof value !== 'string') return value;
  if (property.type === 'Edm.DateTimeOffset') return comparableInstant(value);
  const text = isTrimmed ? value.trim() : value;
  return text.toLowerCase();
}

/** `2019-11-22T00:00:00Z` and `….1234567Z` so that text order is time order. */
function comparableInstant(text: string): string {
  const [whole = '', decimals = ''] = text.replace(/Z$/i, '').split('.');
  return `${whole}.${decimals.padEnd(7, '0')}`;
}

function elementsOf(value: unknown): readonly Literal[] {
  return Array.isArray(value) ? value.map(asLiteral) : [];
}

export function asLiteral(value: unknown): Literal {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
