// What `/v1` answers, as far as the page reads it. The page reaches kbgap only over HTTP, so the shapes are written down again here.

/** `2026-06-30`, UTC. */
export type Day = string;
/** `2026-06-30T08:00:00.000Z` */
export type Instant = string;

export type Coverage = 'assessed' | 'partly-assessed' | 'not-assessed';
export type Reason =
  | 'no-os-identity'
  | 'unrecognised-build'
  | 'ambiguous-product'
  | 'conflicting-evidence'
  | 'no-patch-evidence'
  | 'end-of-servicing'
  | 'outside-catalogue'
  | 'product-not-covered'
  | 'version-unknown'
  | 'branch-unknown'
  | 'no-fixed-version'
  | 'no-update-list'
  | 'unreadable-version'
  | 'source-suspect';
export type UpdateKind =
  | 'lcu'
  | 'ssu'
  | 'hotpatch'
  | 'monthly-rollup'
  | 'security-only'
  | 'ie-cumulative'
  | 'flash'
  | 'side-package'
  | 'security-update'
  | 'other';
export type ReleaseType = 'B' | 'preview' | 'out-of-band' | 'hotpatch';
export type Severity = 'Critical' | 'Important' | 'Moderate' | 'Low';
export type Servicing = 'supported' | 'esu' | 'end-of-servicing';
export type Restart = 'yes' | 'maybe' | 'no';
export type Verdict = 'missing' | 'remediated' | 'undetermined' | 'not-applicable';
export type AgeBucket = 'current' | '1-30' | '31-60' | '61-90' | '91-180' | '181-365' | 'over-365' | 'unknown';

export interface Epss {
  readonly score: number;
  readonly percentile: number;
  readonly date: Day;
}
export interface Cvss {
  readonly baseScore: number;
  readonly vector: string;
}
interface OfCve {
  readonly cve: string;
}

/** A stretch of a list. */
export interface Page<Row> {
  readonly total: number;
  readonly skip: number;
  readonly items: readonly Row[];
}

export interface CatalogueBrief {
  readonly id: string;
  readonly newestRelease: string | null;
  readonly currentTo: Instant | null;
  readonly ageDays: number | null;
  readonly starter: boolean;
  readonly stale: boolean;
  readonly staleReason: string | null;
  readonly quarantined: number;
  readonly absentFeeds: readonly { readonly feed: string; readonly title: string }[];
  readonly warnings: readonly { readonly kind: 'stale' | 'sync' | 'quarantine' | 'feed'; readonly message: string }[];
}

export interface TopUpdate {
  readonly kb: string;
  readonly name: string | null;
  readonly devices: number;
  readonly exploitedCves: number;
  readonly severity: Severity | null;
}

export interface TrendDay {
  readonly day: Day;
  readonly devices: number;
  readonly missing: number;
  readonly openCves: number;
  readonly exploitedCves: number;
}

export interface Overview {
  readonly catalogue: CatalogueBrief;
  readonly devices: {
    readonly total: number;
    readonly assessed: number;
    readonly partlyAssessed: number;
    readonly notAssessed: number;
    readonly stale: number;
    readonly staleAfterDays: number;
  };
  readonly reasons: readonly {
    readonly reason: Reason;
    readonly partlyAssessed: number;
    readonly notAssessed: number;
  }[];
  readonly nothingMissing: {
    readonly devices: number;
    readonly judged: number;
    readonly partlyDevices: number;
    readonly partlyJudged: number;
  };
  readonly missing: { readonly devices: number; readonly updates: number; readonly toInstall: number };
  readonly openCves: { readonly cves: number; readonly devices: number };
  readonly exploited: { readonly cves: number; readonly devices: number };
  readonly topUpdates: { readonly byDevices: readonly TopUpdate[]; readonly byExploited: readonly TopUpdate[] };
  readonly patchAge: readonly { readonly bucket: AgeBucket; readonly devices: number }[];
  readonly trend: { readonly since: Day | null; readonly days: readonly TrendDay[] };
}

export interface UpdateRow {
  readonly kb: string;
  readonly name: string | null;
  readonly kind: UpdateKind | null;
  readonly releaseId: string | null;
  readonly releasedOn: Day | null;
  readonly releaseType: ReleaseType | null;
  readonly products: readonly string[];
  readonly builds: readonly string[];
  readonly cves: number;
  readonly openCves: number;
  readonly exploitedCves: number;
  readonly epss: (Epss & OfCve) | null;
  readonly cvss: (Cvss & OfCve) | null;
  readonly severity: Severity | null;
  readonly restartRequired: Restart | null;
  readonly devicesMissing: number;
  readonly devicesToInstall: number;
  readonly firstMissingOn: Day | null;
  readonly supersededBy: readonly string[];
}

export interface CveRow {
  readonly id: string;
  readonly severity: Severity | null;
  readonly cvss: Cvss | null;
  readonly exploited: boolean;
  readonly epss: number | null;
  readonly publishedOn: Day;
  readonly devices: number;
}

export interface UpdateDetail extends UpdateRow {
  readonly downloadUrl: string;
  readonly url: string;
  readonly knownIssues: readonly string[];
  readonly replaces: readonly { readonly kb: string; readonly name: string | null }[];
  readonly replacedBy: readonly {
    readonly kb: string;
    readonly name: string | null;
    readonly devicesMissing: number;
  }[];
  readonly fixes: readonly CveRow[];
  readonly fixesTotal: number;
  readonly rows: readonly {
    readonly product: string;
    readonly productId: string;
    readonly subType: string;
    readonly fixedBuild: string;
    readonly url: string;
    readonly cves: number;
  }[];
  readonly devices: { readonly missing: number; readonly having: number; readonly undetermined: number };
}

export interface DeviceRow {
  readonly deviceId: string;
  readonly name: string | null;
  readonly os: {
    readonly name: string | null;
    readonly platform: string | null;
    readonly version: string | null;
    readonly architecture: string | null;
    readonly installationType: string | null;
  };
  readonly build: string | null;
  readonly newestBuild: string | null;
  readonly newestKb: string | null;
  readonly levelOn: Day | null;
  readonly daysBehind: number | null;
  readonly monthsBehind: number | null;
  readonly missing: number;
  readonly install: number;
  readonly openCves: number;
  readonly exploitedCves: number;
  readonly coverage: Coverage;
  readonly reasons: readonly Reason[];
  readonly servicing: Servicing | null;
  readonly restartPending: boolean;
  readonly group: string;
  readonly tags: readonly string[];
  readonly sources: readonly string[];
  readonly firstSeenAt: Instant;
  readonly reportedAt: Instant;
  readonly stale: boolean;
}

export interface CoverageCounts {
  readonly assessed: number;
  readonly partlyAssessed: number;
  readonly notAssessed: number;
}

export interface JoinedUpdate {
  readonly kb: string;
  readonly name: string;
  readonly kind: UpdateKind | null;
  readonly releaseId: string | null;
  readonly productsNames: readonly string[];
  readonly url: string;
  readonly cveAddressed: number;
  readonly replacedBy: string | null;
  readonly cves: readonly string[];
  readonly exploited: boolean | null;
  readonly msrcExploited: boolean | null;
  readonly kev: { readonly cves: readonly string[]; readonly dueOn: Day | null; readonly ransomware: boolean } | null;
  readonly epss: (Epss & OfCve) | null;
  readonly severity: Severity | null;
  readonly cvss: (Cvss & OfCve) | null;
  readonly restartRequired: Restart | null;
  readonly knownIssues: readonly string[];
}
