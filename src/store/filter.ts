/** Properties that a list of devices can be filtered by; `DeviceRow`'s names. */
export type FilterProperty =
  | 'id'
  | 'name'
  | 'osPlatform'
  | 'displayVersion'
  | 'architecture'
  | 'deviceGroup'
  | 'tags'
  | 'ipAddresses'
  | 'lastIpAddress'
  | 'reportedAt'
  | 'firstSeenAt';

/** Properties with one value each, by which a list can be sorted. */
export type SortProperty = Exclude<FilterProperty, 'tags' | 'ipAddresses'>;

/** A value that patch states decide, and the ids of those that have it; states in no list have none. */
export interface StateValue {
  readonly value: string | number;
  readonly states: readonly string[];
}

/** A value that devices have for which a predicate holds; the first of several that hold counts. */
export interface SortCase {
  readonly value: string | number;
  readonly holds: FilterTree;
}

/** What a list is sorted by; devices in no case have no value. */
export type SortKey = { readonly isDescending: boolean } & (
  | { readonly property: SortProperty }
  | { readonly stateValues: readonly StateValue[] }
  | { readonly cases: readonly SortCase[] }
);

/** Patch states that fit a question, and how many devices stand in them by the counts: what decides how a list finds them. */
export interface StateSet {
  readonly ids: readonly string[];
  readonly devices: number;
  /** Of the whole scope. */
  readonly allDevices: number;
}

/** A predicate over devices, independent of where it was written (OData) and of the database that runs it. */
export type FilterTree =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly FilterTree[] }
  | { readonly kind: 'not'; readonly operand: FilterTree }
  | {
      readonly kind: 'compare';
      readonly property: FilterProperty;
      readonly operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
      readonly value: string | null;
    }
  | { readonly kind: 'in'; readonly property: FilterProperty; readonly values: readonly string[] }
  | {
      readonly kind: 'text';
      readonly property: FilterProperty;
      readonly operator: 'startswith' | 'endswith' | 'contains';
      readonly value: string;
    }
  /** Whether an element of a list property fits: within `test` the property is that element. Without a test: whether there is one. */
  | { readonly kind: 'any'; readonly property: FilterProperty; readonly test: FilterTree | undefined }
  | { readonly kind: 'states'; readonly states: StateSet }
  /** For values the API knows without looking at a row, e.g. `healthStatus eq 'Active'` where all are the same. */
  | { readonly kind: 'constant'; readonly value: boolean };
