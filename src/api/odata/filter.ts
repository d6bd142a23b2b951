import type { PropertyFacts } from '../contract/edm.ts';

/** A literal in the form of its property: instants as ISO 8601 in UTC, numbers as numbers. */
export type Literal = string | number | boolean | null;

export const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];

export const textTests = ['startswith', 'endswith', 'contains'] as const;
export type TextTest = (typeof textTests)[number];

/** `tolower` and `toupper` fall together: texts are compared without case. */
export interface Operand {
  readonly property: PropertyFacts;
  readonly isTrimmed: boolean;
}

/**
 * A `$filter` over the properties of one entity type. A list property in a plain comparison fits where any element does;
 * `any` says it in OData's own words: within it the operand is the element.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Filter[] }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'compare'; readonly on: Operand; readonly operator: Comparison; readonly value: Literal }
  | { readonly kind: 'in'; readonly on: Operand; readonly values: readonly Literal[] }
  | { readonly kind: 'text'; readonly on: Operand; readonly operator: TextTest; readonly value: string }
  /** Without a test: the list has an element. */
  | { readonly kind: 'any'; readonly property: PropertyFacts; readonly test: Filter | undefined };
