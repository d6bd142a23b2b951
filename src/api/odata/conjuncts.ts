import type { Filter } from './filter.ts';

/** The parts of a filter that must all hold. */
export function conjunctsOf(filter: Filter | undefined): readonly Filter[] {
  if (filter === undefined) return [];
  return filter.kind === 'and' ? filter.operands.flatMap(conjunctsOf) : [filter];
}

/** Names of the properties that a filter asks for. */
export function propertiesOf(filter: Filter): ReadonlySet<string> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return new Set(filter.operands.flatMap((operand) => [...propertiesOf(operand)]));
    case 'not':
      return propertiesOf(filter.operand);
    case 'any':
      return new Set([filter.property.name]);
    case 'compare':
    case 'in':
    case 'text':
      return new Set([filter.on.property.name]);
  }
}

/** The texts that a property can have where the conjunct holds; `undefined` where it does not name them. */
export function wantedTexts(filter: Filter, property: string): readonly string[] | undefined {
  if (
    (filter.kind !== 'compare' && filter.kind !== 'in') ||
    filter.on.property.name !== property ||
    filter.on.isTrimmed
  )
    return undefined;
  if (filter.kind === 'compare')
    return filter.operator === 'eq' && typeof filter.value === 'string' ? [filter.value] : undefined;
  return filter.values.every((value) => typeof value === 'string') ? filter.values : undefined;
}
