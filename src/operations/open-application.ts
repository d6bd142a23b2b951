import { join } from 'node:path';
import type { CatalogueSummary } from '../catalogue/catalogue.ts';
import { findStaleness } from '../catalogue/staleness.ts';
import type { Staleness } from '../catalogue/staleness.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { SigningKey } from '../store/store.ts';
import type { Application } from './application.ts';
import { applyReport } from './apply-report.ts';
import { applyReports } from './bulk/apply-reports.ts';
import { LinePreparer } from './bulk/line-preparer.ts';
import { isSecret } from './secret.ts';
import { summarizeClient } from './clients.ts';
import type { OperationContext } from './context.ts';
import { createClient } from './create-client.ts';
import { createTenant } from './create-tenant.ts';
import { deleteDevice } from './delete-device.ts';
import { findCveFacts } from './cve-facts.ts';
import { getDeviceFacts } from './device-facts.ts';
import { DeviceCache } from './device-cache.ts';
import { Directory } from './directory.ts';
import { NothingKnownError } from './document-history.ts';
import type { Engine } from './engine.ts';
import { Exposures } from './exposures.ts';
import { FeedFolder } from './feed-folder.ts';
import { CurrentFeeds } from './held-feeds.ts';
import { JoinedFacts } from './joined-facts.ts';
import { findSoftwareMissingKbs } from './find-software-missing-kbs.ts';
import { FolderFollower } from './follow-folder.ts';
import { getSigningKey } from './get-signing-key.ts';
import { countCoverage, getCatalogueState, getStatus } from './get-status.ts';
import { listDeviceSoftware } from './list-device-software.ts';
import { silentLog, type Log } from './log.ts';
import { streamMissingKbs } from './missing-kbs/stream-missing-kbs.ts';
import { OsqueryNodes } from './osquery/osquery-nodes.ts';
import { Quarantine } from './quarantine.ts';
import { revokeClient } from './revoke-client.ts';
import { deviceScope } from './scope.ts';
import { verifyCounts } from './verify-counts.ts';

export interface ApplicationOptions {
  /** Made where it is not there. */
  readonly dataFolder: string;
  readonly now: () => Date;
  readonly engine: Engine;
  /** Makes the engine over what was known on a day (`YYYY-MM-DD`); without it only today's knowledge answers. */
  readonly engineKnownAt?: (day: string) => Promise<Engine>;
  /** Finds the engine of a catalogue that was in force before; without it lists go on within one catalogue only. */
  readonly findFormerEngine?: (catalogueId: string) => Engine | undefined;
  readonly log?: Log;
}

/** @throws {StoreUnreadableError} {@link StoreTooNewError} */
export function openApplication({
  dataFolder,
  now,
  engine,
  engineKnownAt,
  findFormerEngine,
  log = silentLog,
}: ApplicationOptions): Application {
  const store = openSqliteStore(dataFolder, now());
  const exposures = new Exposures(store, engine, log);
  const directory = new Directory(store);
  const devices = new DeviceCache(store);
  const feeds = new FeedFolder(dataFolder);
  const catalogueFolder = join(dataFolder, 'catalogue');
  const quarantine = new Quarantine(catalogueFolder);
  const context: OperationContext = {
    store,
    directory,
    devices,
    exposures,
    feeds,
    now,
    log,
    catalogueFolder,
    quarantine,
  };
  const preparer = new LinePreparer();
  const follower = new FolderFollower(context, log);
  let signingKey: SigningKey | undefined;
  const currentFeeds = new CurrentFeeds(feeds, now, log);
  const facts = new WeakMap<Engine, JoinedFacts>();
  const factsOf = (of: Engine): JoinedFacts => {
    let joined = facts.get(of);
    if (joined?.feeds !== currentFeeds.get()) {
      joined = new JoinedFacts(of.published, currentFeeds.get());
      facts.set(of, joined);
    }
    return joined;
  };

  return {
    getTenant(idOrName) {
      if (directory.findTenant(idOrName) === undefined) follower.look();
      return directory.getTenant(idOrName);
    },
    createTenant: (name) => createTenant(context, name),

    applyReport: (tenant, report) => applyReport(context, tenant, report),
    applyReports: (tenant, body, bulk) => applyReports(context, preparer, tenant, body, bulk),
    getDevice: (scope, idOrName) => devices.get(scope, idOrName),
    listDevices: (scope, query) => store.listDevices(deviceScope(scope), query),
    deleteDevice: (scope, idOrName) => deleteDevice(store, scope, idOrName),

    getAssessment(device, asOf = null) {
      const { verdicts } = exposures;
      if (asOf === null) return verdicts.get(device.patchStateId);
      return verdicts.engine.assess(verdicts.getPatchState(device.patchStateId), asOf);
    },
    getDeviceFacts: (device) => getDeviceFacts(context, device),
    getPatchState: (device) => exposures.verdicts.getPatchState(device.patchStateId),
    async assessKnownAt(device, knownAt, asOf) {
      if (engineKnownAt === undefined) throw new NothingKnownError('no history of documents is kept here');
      const then = await engineKnownAt(knownAt);
      const state = exposures.verdicts.getPatchState(device.patchStateId);
      const assessment = then.assess(state, asOf);
      return {
        catalogue: then.catalogue,
        assessment,
        evidence: assessment.missing.map(({ kb }) => then.explain(state, kb, asOf)),
        joined: factsOf(then).ofVerdict(assessment),
      };
    },
    findCve(id) {
      const { published } = exposures.verdicts.engine;
      return published === undefined ? undefined : findCveFacts(published, currentFeeds.get(), id);
    },
    joinFacts: (assessment) => factsOf(exposures.verdicts.engine).ofVerdict(assessment),
    explainMissing(device, { missing }, asOf = null) {
      const state = exposures.verdicts.getPatchState(device.patchStateId);
      return missing.map(({ kb }) => exposures.verdicts.engine.explain(state, kb, asOf));
    },

    countDevicesMissing: (scope, kb) => exposures.of(scope).countMissing(kb),
    findSoftwareMissingKbs: (scope, softwareId) =>
      findSoftwareMissingKbs(softwareId, exposures.of(scope), (id) => exposures.verdicts.get(id)),
    listDeviceSoftware: (scope, device) =>
      listDeviceSoftware(exposures.verdicts.get(device.patchStateId), exposures.of(scope)),
    streamMissingKbs: (scope, since) => streamMissingKbs(context, findFormerEngine, scope, since),
    exposureVersion: (scope) => exposures.version(scope.tenant.id),
    getStatus: (scope, at) => getStatus(context, scope, at),
    countCoverage: (scope) => countCoverage(context, scope),
    findStaleness: stalenessByMinute(() => exposures.verdicts.engine.catalogue),
    getCatalogueState: (at) => getCatalogueState(context, at),

    createClient: (tenant, name, roles) => createClient(context, tenant, { name, roles }),
    listClients(tenant) {
      follower.look();
      return directory.listClients(tenant.id).map(summarizeClient);
    },
    revokeClient: (tenant, clientId) => revokeClient(context, tenant, clientId),
    findClient(tenant, { clientId, clientSecret }) {
      // A token request is rare, and a client made or revoked a moment ago by a command must be known to it.
      follower.look();
      const client = directory.findClient(tenant.id, clientId);
      const fits = isSecret(clientSecret, client?.secretHash);
      return client === undefined || !fits || client.revokedAt !== null
        ? undefined
        : { clientId: client.id, roles: client.roles };
    },
    findScope: (tenantId, clientId) => directory.findScope(tenantId, clientId),
    getSigningKey: () => (signingKey ??= getSigningKey(store, now())),

    osquery: new OsqueryNodes(context, () => follower.look()),

    warmUp: () => exposures.warmUp(),
    useEngine: (next) => exposures.useEngine(next),
    verifyCounts: () => verifyCounts(context),
    pruneChanges: (instant) => store.pruneChanges(instant),
    close() {
      follower.stop();
      return Promise.all([store.close(), preparer.close()]).then(() => undefined);
    },
  };
}

/** Asked with every request: reckoned once a minute for each catalogue. */
function stalenessByMinute(catalogueInUse: () => CatalogueSummary): Application['findStaleness'] {
  let last:
    | { readonly catalogue: CatalogueSummary; readonly minute: number; readonly found: Staleness | undefined }
    | undefined;
  return (now) => {
    const catalogue = catalogueInUse();
    const minute = Math.floor(now.getTime() / 60_000);
    if (last?.catalogue !== catalogue || last.minute !== minute) {
      last = { catalogue, minute, found: findStaleness(catalogue, now) };
    }
    return last.found;
  };
}
