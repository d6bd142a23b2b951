/** A device as far as a list of missing updates needs it. */
export interface SnapshotDevice {
  readonly id: string;
  readonly name: string | null;
  readonly deviceGroup: string;
  readonly patchStateId: string;
}

/** A device then and now; `null`: it was or is not there. */
export interface DeviceChange {
  readonly id: string;
  readonly before: SnapshotDevice | null;
  readonly now: SnapshotDevice | null;
  /** Mark of its last change, microseconds since 1970; `null` where it did not change. */
  readonly changedAt: number | null;
}

/**
 * The devices of one tenant as they stand at one moment, whatever is written meanwhile. It holds up the clearing of the
 * database's log: close it.
 */
export interface DeviceSnapshot {
  /** Of the newest change in it; grows with each. */
  readonly mark: number;
  /** Sorted by id, those behind `after` (`''` for the first page). */
  list(after: string, top: number): Promise<readonly SnapshotDevice[]>;
  /**
   * Every device that changed after `mark`, or all that are or were since where `withUnchanged`: those first that are there. `undefined` where
   * the changes of that time are not kept any more.
   */
  listChanges(mark: number, withUnchanged: boolean): AsyncIterable<readonly DeviceChange[]> | undefined;
  close(): void;
}
