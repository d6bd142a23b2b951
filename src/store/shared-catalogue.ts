/** What nodes that share a database share of the catalogue: the one in force, and which node renews it. */
export interface SharedCatalogue {
  /** Id of the catalogue in force; `undefined` before the first sync or import. */
  currentId(): Promise<string | undefined>;
  /** As kept; whoever reads it checks the hash. */
  read(id: string): Promise<Uint8Array | undefined>;
  putInForce(id: string, bytes: Uint8Array): Promise<void>;
  /** Whether the work is this node's for so long: it had the lease, or nobody else does. */
  takeLease(name: string, seconds: number): Promise<boolean>;
  giveBackLease(name: string): Promise<void>;
}
