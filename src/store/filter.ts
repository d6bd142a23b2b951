/** Properties that a list of devices can be filtered by; `DeviceRow`'s names. */
export type FilterProperty =
  'id' | 'name' | 'osPlatform' | 'displayVersion' | 'tags' | 'ipAddresses' | 'reportedAt' | 'firstSeenAt';

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
  /** For values the API knows without looking at a row, e.g. `healthStatus eq 'Active'` where all are the same. */
  | { readonly kind: 'constant'; readonly value: boolean };
