import type { CatalogueBrief, Coverage, Cvss, Day, Epss, Instant, Reason, Severity } from './contract.ts';

// Answers about one CVE, the catalogue, searches, imports and access.

export interface CveDetail {
  readonly id: string;
  readonly documents: readonly { readonly releaseId: string; readonly revisedAt: Instant }[];
  readonly exploited: boolean | null;
  readonly msrcExploited: boolean;
  readonly kev: { readonly addedOn: Day; readonly dueOn: Day | null; readonly ransomware: boolean } | null;
  readonly epss: Epss | null;
  readonly severity: Severity | null;
  readonly cvss: Cvss | null;
  readonly fixes: readonly {
    readonly kb: string | null;
    readonly description: string;
    readonly subType: string;
    readonly fixedBuild: string;
    readonly url: string;
    readonly products: readonly { readonly productId: string; readonly name: string }[];
  }[];
  readonly devices: { readonly affected: number; readonly fixed: number; readonly undetermined: number };
  readonly rows: readonly {
    readonly releaseId: string;
    readonly product: string;
    readonly productId: string;
    readonly kb: string | null;
    readonly description: string;
    readonly subType: string;
    readonly fixedBuild: string;
    readonly url: string;
    readonly supersedes: readonly string[];
  }[];
  readonly rowsTotal: number;
}

export interface CatalogueDocument {
  readonly id: string;
  readonly title: string;
  readonly initialReleaseAt: Instant;
  readonly revisedAt: Instant;
  readonly hash: string;
  readonly vulnerabilities: number;
  readonly kbRows: number;
}

export interface Feed {
  readonly feed: string;
  readonly title: string;
  readonly state: string;
  readonly date: string | null;
  readonly version: string | null;
  readonly records: number | null;
  readonly firstSeenAt: Instant | null;
}

export interface Quarantined {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly quarantinedAt: Instant;
}

export interface CatalogueView extends CatalogueBrief {
  readonly kbs: number;
  readonly cves: number;
  readonly products: number;
  readonly feeds: readonly Feed[];
  readonly documents: readonly CatalogueDocument[];
  readonly quarantine: readonly Quarantined[];
}

export interface Revision {
  readonly id: string;
  readonly hash: string;
  readonly revisedAt: Instant;
  readonly seenOn: Day;
  readonly vulnerabilities: number | null;
  readonly kbRows: number | null;
  readonly inForce: boolean;
}

/** A line of `GET /v1/changes`, as far as it is shown. */
export interface CatalogueChange {
  readonly publishedAt: Instant;
  readonly documents: { readonly total: number };
  /** `null` where nothing could be compared. */
  readonly verdicts: {
    readonly devices: { readonly changed: number };
    readonly kbs: { readonly newlyMissing: number };
    readonly cves: { readonly newlyOpen: number; readonly closed: number };
  } | null;
}

export interface Anomaly {
  readonly kind: string;
  readonly releaseId: string;
  readonly kb: string | null;
  readonly detail: string;
  readonly products: readonly string[];
}

export interface SearchAnswer {
  readonly devices: readonly {
    readonly deviceId: string;
    readonly name: string | null;
    readonly os: string | null;
    readonly missing: number;
  }[];
  readonly updates: readonly { readonly kb: string; readonly name: string | null; readonly devices: number }[];
  readonly cves: readonly { readonly id: string; readonly severity: Severity | null; readonly devices: number }[];
  readonly products: readonly { readonly id: string; readonly name: string; readonly devices: number }[];
}

interface Refused {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

interface PreviewHost {
  readonly file: string;
  readonly format: string;
  readonly confidence: 'A' | 'B' | 'C' | 'D';
  readonly name: string | null;
  readonly known: boolean;
  readonly os: string | null;
  readonly build: string | null;
  readonly updates: number;
  readonly software: number;
  readonly coverage: Coverage;
  readonly missing: number;
  readonly install: readonly string[];
  readonly openCves: number;
  readonly reasons: readonly Reason[];
}

export interface ImportPreview {
  readonly fileName: string;
  readonly reports: number;
  readonly hosts: readonly PreviewHost[];
  readonly hostsTotal: number;
  readonly refused: readonly Refused[];
  readonly refusedTotal: number;
  readonly notes: readonly string[];
}

export interface ImportOutcome {
  readonly hosts: readonly {
    readonly file: string;
    readonly name: string | null;
    readonly deviceId: string;
    readonly coverage: Coverage;
    readonly missing: number;
  }[];
  readonly hostsTotal: number;
  readonly refused: readonly Refused[];
  readonly refusedTotal: number;
}

export interface ApiClient {
  readonly clientId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[] | null;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

export interface ApiClients {
  readonly clients: readonly ApiClient[];
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

export interface NewClient {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface TokenKeys {
  readonly lifetimeSeconds: number;
  readonly keys: readonly { readonly kid: string; readonly createdAt: Instant; readonly signs: boolean }[];
}

export interface AuditEntry {
  readonly at: Instant;
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
}
