import type { Assessment, Coverage } from '../assessment/assessment.ts';
import type { Evidence } from '../assessment/evidence.ts';
import type { CatalogueSummary } from '../catalogue/catalogue.ts';
import type { Staleness, StalenessReason } from '../catalogue/staleness.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import type { Answer, DevicePage, DeviceQuery, DeviceRow, SigningKey, Tenant } from '../store/store.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import type { Actor } from './audit.ts';
import type { AssetQueries } from './assets/asset-queries.ts';
import type { BulkOptions, BulkOutcome } from './bulk/apply-reports.ts';
import type { ClientCredentials, ClientSummary, IssuedClient } from './clients.ts';
import type { CveFacts } from './cve-facts.ts';
import type { DeviceFacts } from './device-facts.ts';
import type { Engine } from './engine.ts';
import type { ExposureQueries } from './exposure-queries.ts';
import type { FleetFigures } from './exposures.ts';
import type { FeedStatus } from './feed-status.ts';
import type { DeviceGroup, DeviceGroups } from './groups/device-groups.ts';
import type { JoinedVerdict } from './joined-facts.ts';
import type { MissingKbList } from './missing-kbs/stream-missing-kbs.ts';
import type { AuditPage, AuditRequest } from './list-audit.ts';
import type { ListedChange } from './publications/list-changes.ts';
import type { LastPublication } from './publications/publications.ts';
import type { OsqueryNodes } from './osquery/osquery-nodes.ts';
import type { QuarantinedDocument } from './quarantine.ts';
import type { CommonAct } from './record-act.ts';
import type { CatalogueDesk } from './catalogue-desk.ts';
import type { ImportPreview } from './intake/preview-reports.ts';
import type { ReadOptions } from './intake/read-reports.ts';
import type { RawReport } from './intake/unpack-reports.ts';
import type { SearchResult } from './search.ts';
import type { Scope } from './scope.ts';
import type { Sessions } from './sessions.ts';
import type { SyncStatus } from './sync-status.ts';
import type { LinkSecret, TokenKeySummary } from './token-keys.ts';
import type { CountMismatch } from './verify-counts.ts';

import type { Views } from './views/views.ts';

export type { DevicePage };

/**
 * What the product does, as the API and the command line call it. One instance per data folder and process; it follows
 * what other processes change in that folder (catalogue, devices, clients) within two seconds.
 */
export interface Application {
  /** By GUID or name, in any case. @throws {TenantNotFoundError} */
  getTenant(idOrName: string): Tenant;
  /** @throws {TenantNameError} {@link TenantExistsError} */
  createTenant(name: string, by?: Actor): Promise<Tenant>;
  /** By name. */
  listTenants(): readonly TenantSummary[];
  /**
   * With all that is kept of it; resolves when all is gone. Interrupted, it may be called again.
   * @throws {TenantNotFoundError} {@link LastTenantError}
   */
  deleteTenant(idOrName: string, by?: Actor): Promise<Tenant>;
  /** Called with the id of each tenant that is gone, whoever deleted it. */
  onTenantGone(listener: (tenantId: string) => void): void;
  /** Leaves the line of an act that no operation here did; one that cannot be kept is logged. */
  record(act: CommonAct | undefined): void;
  /** Who did what, oldest first. Without a tenant what concerns all of them: it names them, and so is for the local operator alone. */
  listAudit(tenant: Tenant | null, request: AuditRequest): Promise<AuditPage>;

  /**
   * Stores one observation durably, then answers; of one source the report that saw it last stands. Reports that arrive together share
   * one wait for the disk: send many without awaiting each.
   * @throws {MissingDeviceIdentityError} without id and name. {@link StoreWriteError} where nothing was stored.
   */
  applyReport(tenant: Tenant, report: IncomingReport): Promise<ReportOutcome>;

  /**
   * Stores native inventories, one a line, as they come in. @throws {BulkAbortedError} where the body breaks off or the store
   * cannot keep more; what was accepted stays.
   */
  applyReports(tenant: Tenant, body: AsyncIterable<Uint8Array>, options: BulkOptions): Promise<BulkOutcome>;

  /** By id, or by name where that is unique, in any case. @throws {DeviceNotFoundError} */
  getDevice(scope: Scope, idOrName: string): Answer<DeviceRow>;
  /** One page, sorted by id unless the query says otherwise. */
  listDevices(scope: Scope, query: DeviceQuery): Answer<DevicePage>;
  deleteDevice(scope: Scope, idOrName: string, by?: Actor): Promise<DeviceRow>;

  /**
   * The cached verdict on the device's patch state under the active catalogue. With a date (`YYYY-MM-DD`, UTC) what today's
   * knowledge says about that day: only updates released on or before it count.
   */
  getAssessment(device: DeviceRow, asOf?: string | null): Assessment;
  explainMissing(device: DeviceRow, assessment: Assessment, asOf?: string | null): readonly Evidence[];
  /** What feeds, ratings and life cycles say beside a verdict, which is not touched. */
  joinFacts(assessment: Assessment): JoinedVerdict;
  /** What the catalogue and the feeds say of one vulnerability; `undefined` where nothing names it. */
  findCve(id: VulnerabilityId): CveFacts | undefined;
  /**
   * What the knowledge of a day said about the device as it is known now: the documents that had been seen by then.
   * @throws {NothingKnownError} where none had.
   */
  assessKnownAt(device: DeviceRow, knownAt: string, asOf: string | null): Promise<KnownAtAssessment>;
  /** Who said what of the device, and where its sources disagree. */
  getDeviceFacts(device: DeviceRow): Promise<DeviceFacts>;
  /** What the device's verdict is made from. */
  getPatchState(device: DeviceRow): PatchState;

  /**
   * Makes the counts below quick to have, without holding others up: after a bulk import states wait to be judged. Whoever asks
   * without it gets the same counts. `undefined` where nothing waits.
   */
  settleCounts(tenant: Tenant): Promise<void> | undefined;
  /** Devices of the scope that miss the update, kept in memory; 0 for an update nobody misses. */
  countDevicesMissing(scope: Scope, kb: KbNumber): number;
  /** The scope's missing updates for one software id (`microsoft-_-edge`). `undefined`: no device of it has that software. */
  findSoftwareMissingKbs(scope: Scope, softwareId: string): readonly SoftwareMissingKb[] | undefined;
  /** Rows of devices with their software and what is open in it. */
  readonly assets: AssetQueries;
  /** What the page shows. */
  readonly views: Views;
  /** Counts over patch states: software, CVEs, scores. */
  readonly exposure: ExposureQueries;
  /** Devices, updates, CVEs and products that a text leads to. */
  search(scope: Scope, text: string): Promise<SearchResult>;
  /** The catalogue for whoever looks after it. */
  readonly catalogueDesk: Pick<CatalogueDesk, 'view' | 'revisions' | 'anomalies' | 'accept' | 'drop'>;
  /** What a file would bring; nothing of it is stored. */
  previewReports(tenant: Tenant, sent: RawReport, how?: Omit<ReadOptions, 'onFile'>): Promise<ImportPreview>;

  /**
   * Every device of the scope with what it misses, from one moment; with the cursor of an earlier list only what is new, different or
   * gone since. Close it.
   * @throws {CursorFormatError} {@link CursorTooOldError}
   */
  streamMissingKbs(scope: Scope, since: string | undefined): Promise<MissingKbList>;
  /** Forgets what devices were before `instant`: lists from before then cannot be continued any more. */
  pruneChanges(instant: Date): Promise<void>;

  /**
   * Grows with every change of the scope's counts and of the catalogue: the version of any answer cached from them by `scopeKey`.
   * Of this process alone: it starts anew with each.
   */
  exposureVersion(scope: Scope): number;

  getStatus(scope: Scope, now: Date): Promise<ApplicationStatus>;
  /** For gauges: nothing is read or judged for it. */
  getFigures(): {
    readonly queuedWrites: number;
    readonly fleets: readonly FleetFigures[];
    /** Catalogues that came into force in this process. */
    readonly publications: { readonly count: number; readonly last: LastPublication | undefined };
  };
  /** Devices of the scope by how well they could be judged; kept in memory. */
  countCoverage(scope: Scope): Readonly<Record<Coverage, number>>;
  /** Why the catalogue in use cannot know all that has been published by `now`; `undefined` where it may. */
  findStaleness(now: Date): Staleness | undefined;
  getCatalogueState(now: Date): CatalogueState;

  /**
   * Without roles: all that read devices and what they lack; without groups it sees every device.
   * @throws {UnknownRoleError} {@link ClientNameError} {@link GroupNotFoundError}
   */
  createClient(
    tenant: Tenant,
    name: string,
    roles: readonly string[],
    more?: { readonly groups?: readonly string[]; readonly by?: Actor },
  ): Promise<IssuedClient>;
  /** Revoked ones too, oldest first. */
  listClients(tenant: Tenant): readonly ClientSummary[];
  /** @throws {ClientNotFoundError} */
  revokeClient(tenant: Tenant, clientId: string, by?: Actor): Promise<ClientSummary>;
  /** `undefined` where id, secret or tenant do not fit, or the client is revoked; compared in constant time. */
  findClient(
    tenant: Tenant,
    credentials: ClientCredentials,
  ): { readonly clientId: string; readonly roles: readonly string[] } | undefined;
  /**
   * What a token of the client opens now: its tenant and device groups. `undefined` where the tenant is gone or the client is revoked,
   * by another process at most two seconds ago. Without a client id (the local operator): the whole tenant.
   */
  findScope(tenantId: string, clientId: string | null): Scope | undefined;
  /** What is known of an id, whatever the secret. */
  describeClient(tenant: Tenant, clientId: string): 'unknown' | 'active' | 'revoked';

  /** The key of new tokens: RS256, PKCS8 and SPKI in PEM; made at first use, shared by all processes of the data folder. */
  getSigningKey(): Promise<SigningKey>;
  /** A key by which tokens are good now; at most two seconds behind a change by another process. */
  findVerifyingKey(kid: string): SigningKey | undefined;
  /** All of them, the one that signs first. */
  listVerifyingKeys(): Promise<readonly SigningKey[]>;
  /** Signs links that are good without a token, for at most six hours; of the key of new tokens. */
  getLinkSecret(): Promise<LinkSecret>;
  /** By which links are good now; that of a key that no longer signs for six hours more, unless it was dropped. */
  findLinkSecret(kid: string): LinkSecret | undefined;
  listTokenKeys(): Promise<readonly TokenKeySummary[]>;
  /** A new key signs; tokens signed before stay good until they expire, or with `dropOld` are refused at once. */
  rotateTokenKey(how?: { readonly dropOld?: boolean }, by?: Actor): Promise<TokenKeySummary>;
  /** Whether the key was older than so many days, and was replaced. */
  rotateTokenKeyIfDue(afterDays: number): Promise<boolean>;

  /** Who is signed in to the page; at most two seconds behind other processes. */
  readonly sessions: Pick<Sessions, 'start' | 'createLink' | 'openLink' | 'find' | 'end'>;

  /** Device groups, and what is bound to them. */
  readonly groups: DeviceGroups;
  /** By rank. */
  listGroups(tenant: Tenant): readonly DeviceGroup[];

  /** osquery nodes, and the secrets by which they enrol. */
  readonly osquery: OsqueryNodes;

  /**
   * Takes over what other nodes of a shared database did before the call: before an id or a key is said to be unknown. `undefined` where
   * this process is the only one, or sees others' changes anyway.
   */
  catchUp(): Promise<void> | undefined;
  /** The store is damaged, as its database says it: from now on that is its trouble. */
  noteDamage(says: string): void;
  /** Why nothing can be answered now, as a sentence; `undefined` where all is well. */
  findTrouble(): string | undefined;
  /** Judges the states in use ahead of the first question; a server awaits it before it calls itself ready. */
  warmUp(): Promise<void>;
  /**
   * Judges the states in use by `engine`, then answers by it; until then the old one answers. Resolves when what that changed is told
   * and kept; `undefined` where nothing was counted so far.
   */
  useEngine(engine: Engine): Promise<LastPublication | undefined>;
  /** What each catalogue that came into force changed for the devices of the scope, newest first, `before` an instant. */
  listChanges(
    scope: Scope,
    page: { readonly before?: string; readonly top: number },
  ): Promise<{ readonly changes: readonly ListedChange[]; readonly hasMore: boolean }>;
  /** Counts that differ from a recount of the devices: none. Reads every device. */
  verifyCounts(): Promise<readonly CountMismatch[]>;

  /** Commits what is queued, then closes. */
  close(): Promise<void>;
}

export interface TenantSummary {
  readonly tenantId: string;
  readonly name: string;
  readonly createdAt: string;
  readonly devices: number;
}

export interface KnownAtAssessment {
  readonly catalogue: CatalogueSummary;
  readonly assessment: Assessment;
  /** One for each missing update, in its order. */
  readonly evidence: readonly Evidence[];
  /** By that catalogue and the feeds of today. */
  readonly joined: JoinedVerdict;
}

export interface IncomingReport {
  readonly inventory: Inventory;
  /** The report as received; kept compressed. */
  readonly raw: Uint8Array;
  /** Of `raw`. */
  readonly format: string;
  /** Who reported; the format unless told. Reports of several sources of one device are merged, see `mergeInventories`. */
  readonly source?: string;
  readonly receivedAt: Date;
}

export interface ReportOutcome {
  readonly deviceId: string;
  readonly coverage: Coverage;
  readonly install: readonly KbNumber[];
  /** Number of rows in the `all` list. */
  readonly missing: number;
  /** Whether the device is new or its patch state differs from the last report's. */
  readonly changed: boolean;
}

export interface SoftwareMissingKb {
  readonly kb: KbNumber;
  readonly name: string;
  /** The builds differ between devices of one software: that of most devices, on a tie the higher; `null` outside the OS. */
  readonly osBuild: number | null;
  readonly url: string;
  /** Devices on which this software misses the update. */
  readonly devices: number;
  /** Distinct CVEs over the products of that software on those devices: the largest device's figure. */
  readonly cveAddressed: number;
}

/** The catalogue in use, and what of it an operator should look at. */
export interface CatalogueState {
  readonly catalogueId: string;
  readonly newestRelease: string | null;
  readonly currentTo: string | null;
  readonly ageDays: number | null;
  readonly starter: boolean;
  readonly stale: boolean;
  readonly staleReason: StalenessReason | null;
  /** Documents that were not believed; the last good ones stay in use. */
  readonly quarantined: readonly Pick<QuarantinedDocument, 'id' | 'kind' | 'reason' | 'quarantinedAt'>[];
  /** How the last sync went; `null` before the first. */
  readonly sync: SyncStatus | null;
  /** Every feed that kbgap knows, held or not. */
  readonly feeds: readonly FeedStatus[];
}

export interface ApplicationStatus extends CatalogueState {
  readonly devices: {
    readonly total: number;
    readonly assessed: number;
    readonly partlyAssessed: number;
    readonly notAssessed: number;
    /** No report for 30 days. */
    readonly stale: number;
  };
}
