import type { InstallationType } from '../terms/installation-type.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import type { DeviceSnapshot } from './device-snapshot.ts';
import type { AuditLine, AuditStore } from './audit-store.ts';
import type { FilterTree, SortKey } from './filter.ts';
import type { GroupStore } from './group-store.ts';
import type { OsqueryStore } from './osquery-store.ts';
import type { PublicationStore } from './publication-store.ts';
import type { SessionStore } from './session-store.ts';
import type { SharedCatalogue } from './shared-catalogue.ts';
import type { ViewStore } from './view-store.ts';

/** A tenant: GUID and name. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
}

/** A tenant as kept; `createdAt` is ISO 8601 in UTC. */
export interface TenantRow extends Tenant {
  readonly createdAt: string;
}

/** A device as kept: its attributes and the patch state that decides its verdict. Instants are ISO 8601 in UTC. */
export interface DeviceRow {
  readonly tenantId: string;
  /** 40 lower-case hex digits. */
  readonly id: string;
  /** Name of its device group; `''` for none. */
  readonly deviceGroup: string;
  readonly name: string | null;
  readonly osName: string | null;
  /** `10.0.18363.657`. */
  readonly osBuild: string | null;
  readonly osPlatform: string | null;
  readonly displayVersion: string | null;
  readonly architecture: string | null;
  readonly installationType: InstallationType | null;
  readonly tags: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly firstSeenAt: string;
  readonly reportedAt: string;
  readonly patchStateId: string;
}

/** One report of one device, ready to be kept: in the group that the rules give it, unless it was put into one by hand. The device's first-seen instant is that of its first report. */
export interface DeviceReport {
  readonly device: Omit<DeviceRow, 'firstSeenAt'>;
  /** JSON of the patch state that `device.patchStateId` names. */
  readonly patchState: string;
  /** The report as received, packed by `packReport`. A later report of the same source takes its place. */
  readonly packed: Uint8Array;
  /** Id of the format it came in, e.g. `systeminfo`. */
  readonly format: string;
  /** Who reported: the format's id unless the reporter has a name of its own. */
  readonly source: string;
  /** When the device was seen so; ISO 8601 in UTC. Where the report does not say, the instant at which it came. */
  readonly observedAt: string;
  /** Reports of other sources that the patch state was merged from, by `basisOf`: nothing is kept where they have changed. */
  readonly basis: string;
  /** How the reporting system names the device, where it does. */
  readonly alias?: DeviceAlias;
}

/** The last report of one source about a device, as it was received. */
export interface KeptReport {
  readonly source: string;
  readonly format: string;
  readonly observedAt: string;
  readonly receivedAt: string;
  /** Grows with every report of this source. */
  readonly revision: number;
  readonly content: Uint8Array;
}

/** A device by the id of the system that reports it, and the names it reported under. */
export interface DeviceAlias {
  /** `fleet:3f2a…`. */
  readonly sourceId: string;
  readonly deviceId: string;
  /** The name last reported, as `nameKey` spells it. */
  readonly nameKey: string;
  readonly formerNameKeys: readonly string[];
  /** Two machines report under this id: names tell them apart, the id doesn't. */
  readonly isCloned: boolean;
}

/** What one saved report did. */
export interface SavedReport {
  /** New, or in another patch state than before. */
  readonly changed: boolean;
  /** Nothing was kept: reports of other sources came in between, see `DeviceReport.basis`. */
  readonly isOutdated: boolean;
  /** Nothing was kept: the report of this source that is held saw the device later. */
  readonly isOlder: boolean;
}

/** Which reports of other sources stood beside a new one: any change of them changes this text. */
export function basisOf(others: readonly Pick<KeptReport, 'source' | 'revision'>[]): string {
  return others
    .map(({ source, revision }) => `${source} ${revision}`)
    .sort()
    .join('\n');
}

/** How many devices of a tenant stand in a patch state. `deviceGroup` is `''` for devices in no group. */
export interface PatchStateCount {
  readonly tenantId: string;
  readonly deviceGroup: string;
  readonly patchStateId: string;
  readonly devices: number;
}

/** What one committed write did to a count. */
export interface CountChange {
  readonly tenantId: string;
  readonly deviceGroup: string;
  readonly patchStateId: string;
  readonly devices: 1 | -1;
}

/** The devices of a tenant, or of those of its groups that are named; `''` stands for devices in no group. */
export interface DeviceScope {
  readonly tenantId: string;
  readonly groups: ReadonlySet<string> | null;
}

/** A list request; property names are those of `DeviceRow`. */
export interface DeviceQuery {
  readonly filter?: FilterTree;
  /** Before the id, which always comes last; what has no value stands before all that has. */
  readonly orderBy?: readonly SortKey[];
  /** Only what stands behind these values of the `orderBy` keys and, last, this id; names as `nameKey` spells them. */
  readonly after?: readonly (string | number | null)[];
  readonly top: number;
  readonly skip: number;
  readonly count?: boolean;
}

export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
}

export interface StoredSigningKey extends SigningKey {
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** API credentials as kept: of the secret only its SHA-256. Instants are ISO 8601 in UTC. */
export interface ClientRow {
  readonly tenantId: string;
  /** GUID. */
  readonly id: string;
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly roles: readonly string[];
  /** Device groups that it sees, `''` for devices in none; `null`: all. */
  readonly groups: readonly string[] | null;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** What a read answers: SQLite at once, PostgreSQL later. Whoever asks awaits it. */
export type Answer<Result> = Result | Promise<Result>;

/**
 * What is kept. A promise resolves once its write is on disk; reads answer from what is committed. Every call that
 * touches somebody's rows names the tenant. A line of the audit trail that goes with a write is kept where the write is, and only then.
 */
export interface Store {
  readonly osquery: OsqueryStore;
  readonly audit: AuditStore;
  readonly groups: GroupStore;
  readonly sessions: SessionStore;
  readonly publications: PublicationStore;
  /** Where several nodes share the database. */
  readonly sharedCatalogue?: SharedCatalogue;

  /** Why nothing can be read or written now; `undefined` where all is well. */
  findTrouble?(): string | undefined;
  readonly views: ViewStore;

  /** Without those that are being deleted, as everything else that goes over all tenants. */
  listTenants(): readonly TenantRow[];
  /** @throws {TenantExistsError} where the name is taken. */
  createTenant(tenant: TenantRow, line?: AuditLine): Promise<void>;
  /** From now on nobody sees the tenant; its rows stay for `deleteTenantRows`. Nothing where it is so already. @throws {LastTenantError} */
  beginTenantDeletion(tenantId: string, since: string, line: AuditLine): Promise<void>;
  /** Those that are being deleted. */
  listTenantsInDeletion(): readonly Tenant[];
  /** Deletes up to `most` rows of a tenant, of whatever table; answers with how many. */
  deleteTenantRows(tenantId: string, most: number): Promise<number>;
  /** The rest of its rows and the tenant itself, at once. */
  endTenantDeletion(tenantId: string): Promise<void>;
  /** Of the next `many` patch states after `after`, by id, drops those that no device stands in. `undefined` after the last one. */
  dropUnusedPatchStates(after: string, many: number): Promise<string | undefined>;

  /** Device row, patch state, counts, alias and raw report in one transaction. */
  saveReport(report: DeviceReport): Promise<SavedReport>;
  /** As `saveReport` for each in turn, all in one transaction; one that cannot be kept costs only itself. @throws where none can be. */
  saveReports(reports: readonly DeviceReport[]): Promise<readonly PromiseSettledResult<SavedReport>[]>;
  /** The row that was removed; `undefined` where there is none. */
  deleteDevice(tenantId: string, deviceId: string, line?: AuditLine): Promise<DeviceRow | undefined>;
  findDevice(tenantId: string, deviceId: string): Answer<DeviceRow | undefined>;
  /** By name in any case, at most two: enough to tell one from several. */
  findDevicesByName(scope: DeviceScope, name: string): Answer<readonly DeviceRow[]>;
  /** One page, sorted as asked. @throws {FilterValueError} */
  listDevices(scope: DeviceScope, query: DeviceQuery): Answer<DevicePage>;
  /** The tenant's devices as they stand now, for an answer that takes its time. */
  openSnapshot(tenantId: string): Answer<DeviceSnapshot>;
  /** Forgets what devices were before `instant`, a piece at a time: lists from before then cannot be brought up to date any more. */
  pruneChanges(instant: Date): Promise<void>;
  /** Devices whose last report is older than `instant`. */
  countDevicesReportedBefore(scope: DeviceScope, instant: string): Answer<number>;
  /** The last report of each source, by source; `except` leaves one source out. */
  listReports(tenantId: string, deviceId: string, except?: string): Answer<readonly KeptReport[]>;
  /** By the id of the reporting system. */
  findAlias(tenantId: string, sourceId: string): Answer<DeviceAlias | undefined>;
  /** The ids of reporting systems that name a device. */
  listAliases(tenantId: string, deviceId: string): Answer<readonly DeviceAlias[]>;

  /** Of every device and change that was read it is at hand. */
  findPatchState(id: string): PatchState | undefined;
  /** The counts as kept, of all tenants. */
  listCounts(): readonly PatchStateCount[];
  /** The counts as the device rows say they must be, sorted alike. Reads every device: a check, not a look-up. */
  recount(): Answer<readonly PatchStateCount[]>;

  listClients(): readonly ClientRow[];
  saveClient(client: ClientRow, line?: AuditLine): Promise<void>;
  /** `undefined` where the tenant has no such client; the first revocation's instant stays. */
  revokeClient(tenantId: string, clientId: string, revokedAt: string, line?: AuditLine): Promise<ClientRow | undefined>;

  /** Newest first. */
  listSigningKeys(): readonly StoredSigningKey[];
  /** Keeps `key` where there is none yet. */
  addSigningKey(key: SigningKey, createdAt: string): Answer<void>;
  /** Keeps `key` as the newest where `replaces` still is: of two processes that replace the same key one does. */
  replaceSigningKey(key: SigningKey, how: { readonly createdAt: string; readonly replaces: string }): Answer<void>;
  deleteSigningKeys(kids: readonly string[]): Answer<void>;

  /** Writes of this process that wait for their commit. */
  queuedWrites(): number;

  /** Called right after each commit of this process, before its promises resolve, whatever was written. */
  onCommit(listener: () => void): void;
  /** As `onCommit`, for commits that changed counts. */
  onCountsChanged(listener: (changes: readonly CountChange[]) => void): void;
  /** Whether another process committed since the last call, as far as this one has heard. */
  hasForeignChanges(): boolean;
  /** Called when that is heard of, where a database tells it by itself. */
  onForeignChanges?(listener: () => void): void;
  /** Asks the database now; where reads go to it anyway there is nothing to ask. */
  lookForChanges?(): Promise<void>;
  /** The same for whoever was asked for something unknown: at most some times a second, and without an error where it does not answer. */
  catchUp?(): Promise<void>;
  /** Commits what is queued, then closes. */
  close(): Promise<void>;
}

/** One page of a device list. */
export interface DevicePage {
  readonly devices: readonly DeviceRow[];
  /** Matching devices over all pages, where the query asked for it. */
  readonly count: number | undefined;
  readonly hasMore: boolean;
}
