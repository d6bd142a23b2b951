import type { AuditLine } from './audit-store.ts';
import type { Answer } from './store.ts';

/** A secret by which osquery nodes enrol into a tenant, as kept: only its SHA-256. Instants are ISO 8601 in UTC. */
export interface EnrollSecretRow {
  readonly tenantId: string;
  /** GUID. */
  readonly id: string;
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** What a node said of itself when it enrolled, and the hash of the key that it was given then. */
export interface NodeIdentity {
  readonly tenantId: string;
  /** GUID. */
  readonly id: string;
  /** SHA-256 of the node key. */
  readonly keyHash: Uint8Array;
  /** Of the secret that it enrolled by. */
  readonly secretId: string;
  readonly hostIdentifier: string;
  readonly hostName: string | null;
  /** Hardware UUID and serial number, in lower case; clones may share them. */
  readonly hardwareId: string | null;
  readonly serialNumber: string | null;
  readonly isWindows: boolean;
  readonly enrolledAt: string;
}

/** A node with what became of its results. */
export interface NodeRow extends NodeIdentity {
  /** Its key is no longer good; a new enrolment gives it another one. */
  readonly revokedAt: string | null;
  /** Grows with every change of its results. */
  readonly resultsRevision: number;
  /** The revision that its device was last told of; below `resultsRevision` where that was interrupted. */
  readonly appliedRevision: number;
  readonly appliedAt: string | null;
  /** Of the facts that its device was last told. */
  readonly factsHash: string | null;
  readonly deviceId: string | null;
}

/** What one query of a node gave last. */
export interface NodeResult {
  readonly query: string;
  /** As `packReport` packs it. */
  readonly content: Uint8Array;
  /** Of its rows. */
  readonly hash: string;
  readonly receivedAt: string;
}

/** How far the results of a node are known to its device. */
export type AppliedFacts = Pick<NodeRow, 'appliedRevision' | 'factsHash' | 'deviceId'> & {
  readonly appliedAt: string;
};

/** What is kept of osquery nodes; see `Store` for what holds of every call. */
export interface OsqueryStore {
  /** Of all tenants, revoked ones too. */
  listEnrollSecrets(): readonly EnrollSecretRow[];
  saveEnrollSecret(secret: EnrollSecretRow, line?: AuditLine): Promise<void>;
  /** `undefined` where the tenant has no such secret; the first revocation's instant stays. */
  revokeEnrollSecret(
    tenantId: string,
    id: string,
    revokedAt: string,
    line?: AuditLine,
  ): Promise<EnrollSecretRow | undefined>;

  findNode(tenantId: string, id: string): Answer<NodeRow | undefined>;
  findNodesByIdentifier(tenantId: string, hostIdentifier: string): Answer<readonly NodeRow[]>;
  /** By host name, then by id. */
  listNodes(tenantId: string): Answer<readonly NodeRow[]>;
  /** A new node, or another key for one that enrolled again; its results stay. */
  saveNode(node: NodeIdentity): Promise<void>;
  /** The node, or all that enrolled by a secret; answers with how many had a good key. */
  revokeNodes(
    tenantId: string,
    which: { readonly nodeId: string } | { readonly secretId: string },
    revokedAt: string,
    line?: AuditLine,
  ): Promise<number>;
  saveApplied(tenantId: string, nodeId: string, applied: AppliedFacts): Promise<void>;

  listNodeResults(tenantId: string, nodeId: string): Answer<readonly NodeResult[]>;
  /** The same without their content. */
  listNodeResultHeads(tenantId: string, nodeId: string): Answer<readonly Omit<NodeResult, 'content'>[]>;
  /**
   * Keeps what `change` makes of the kept results, in one transaction: two requests of a node at once see each other's work.
   * Answers with whether anything was kept.
   */
  changeNodeResults(
    tenantId: string,
    nodeId: string,
    change: (kept: readonly NodeResult[]) => readonly NodeResult[],
  ): Promise<boolean>;
}
