import type { EntityType } from '../contract/edm.ts';

/** What one collection lets a client ask. */
export interface ListRules {
  readonly type: EntityType;
  /** Rows of the largest page: what a client gets that names no `$top`, or one larger. */
  readonly largestPage: number;
  /** Properties that can be neither filtered nor sorted by, for lack of an index or a value. */
  readonly fixed?: ReadonlySet<string>;
  /** Properties that `$expand` may name, in lower case. */
  readonly expandable?: ReadonlySet<string>;
}
