/** One step of the schema. A step that has been released is never edited: a change is the next step. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number;
  readonly name: string;
  /** SQLite's part. Run in order, in one transaction with the record of the version. */
  readonly statements: readonly string[];
  /** PostgreSQL's part, empty where it has no need of the step. Absent up to `postgresBaselineVersion`. */
  readonly postgres?: readonly string[];
}
