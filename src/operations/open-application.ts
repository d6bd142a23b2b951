import { join } from 'node:path';
import type { CatalogueSummary } from '../catalogue/catalogue.ts';
import { findStaleness } from '../catalogue/staleness.ts';
import type { Staleness } from '../catalogue/staleness.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { StoreClosedError } from '../store/store-error.ts';
import type { Application } from './application.ts';
import { AssetQueries } from './assets/asset-queries.ts';
import { auditLine, localOperator, serverItself } from './audit.ts';
import { applyReport } from './apply-report.ts';
import { applyReports } from './bulk/apply-reports.ts';
import { LinePreparer } from './bulk/line-preparer.ts';
import { isSecret } from './secret.ts';
import { summarizeClient } from './clients.ts';
import type { OperationContext } from './context.ts';
import { createClient } from './create-client.ts';
import { createTenant } from './create-tenant.ts';
import { CveRatings } from './cve-ratings.ts';
import { deleteDevice } from './delete-device.ts';
import { deleteTenant, resumeTenantDeletions } from './delete-tenant.ts';
import { findCveFacts } from './cve-facts.ts';
import { getDeviceFacts } from './device-facts.ts';
import { DeviceCache } from './device-cache.ts';
import { Directory } from './directory.ts';
import { NothingKnownError } from './document-history.ts';
import type { Engine } from './engine.ts';
import { ExposureQueries } from './exposure-queries.ts';
import { Exposures } from './exposures.ts';
import { KeptVerdicts } from './judging/kept-verdicts.ts';
import { CatalogueDesk } from './catalogue-desk.ts';
import { previewReports } from './intake/preview-reports.ts';
import { search } from './search.ts';
import { FeedFolder } from './feed-folder.ts';
import { CurrentFeeds } from './held-feeds.ts';
import type { HeldFeeds } from './held-feeds.ts';
import { JoinedFacts } from './joined-facts.ts';
import { findSoftwareMissingKbs } from './find-software-missing-kbs.ts';
import { DeviceGroups } from './groups/device-groups.ts';
import { Regrouper } from './groups/regrouper.ts';
import { FolderFollower } from './follow-folder.ts';
import { countCoverage, getCatalogueState, getStatus } from './get-status.ts';
import type { CatalogueInForce } from './in-force-log.ts';
import { listAudit } from './list-audit.ts';
import { listTenants } from './list-tenants.ts';
import { silentLog, type Log } from './log.ts';
import { streamMissingKbs } from './missing-kbs/stream-missing-kbs.ts';
import { OsqueryNodes } from './osquery/osquery-nodes.ts';
import { listChanges } from './publications/list-changes.ts';
import { Publications } from './publications/publications.ts';
import { Quarantine } from './quarantine.ts';
import type { CommonAct } from './record-act.ts';
import { revokeClient } from './revoke-client.ts';
import { deviceScope } from './scope.ts';
import { Sessions } from './sessions.ts';
import { ViewContext } from './views/view-context.ts';
import { Views } from './views/views.ts';
import { TokenKeys } from './token-keys.ts';
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
  /** Tells which catalogue was in force at an instant; without it differences are told by the one in use alone. */
  readonly catalogueAt?: (instant: Date) => CatalogueInForce;
  readonly log?: Log;
  /** What is kept; without it the SQLite store of the data folder. */
  readonly store?: Store;
}

/** @throws {StoreUnreadableError} {@link StoreTooNewError} */
export function openApplication({
  dataFolder,
  now,
  engine,
  engineKnownAt,
  findFormerEngine,
  catalogueAt,
  log = silentLog,
  store = openSqliteStore(dataFolder, now()),
}: ApplicationOptions): Application {
  const preparer = new LinePreparer();
  const exposures = new Exposures(store, engine, {
    log,
    kept: new KeptVerdicts(dataFolder, log),
    beforeThreads: () => preparer.rest(),
  });
  const directory = new Directory(store);
  directory.onTenantGone((tenantId) => exposures.forget(tenantId));
  const tokenKeys = new TokenKeys(store, now);
  const sessions = new Sessions({ store, directory, now });
  const devices = new DeviceCache(store);
  const feeds = new FeedFolder(dataFolder);
  const catalogueFolder = join(dataFolder, 'catalogue');
  const quarantine = new Quarantine(catalogueFolder);
  const context: OperationContext = {
    store,
    directory,
    tokenKeys,
    sessions,
    devices,
    exposures,
    feeds,
    now,
    log,
    catalogueFolder,
    quarantine,
  };
  const regrouper = new Regrouper(context);
  const openedAt = now().toISOString();
  const publications = new Publications(context, findFormerEngine);
  let isServing = false;
  let isClosed = false;
  let damage: string | undefined;
  /** Only a server works beside what it was asked for. */
  const inBackground = (work: (of: OperationContext) => Promise<void>, failed: string): void => {
    if (!isServing) return;
    work(context).catch((error: unknown) => {
      if (!(error instanceof StoreClosedError)) log.warn({ err: error }, failed);
    });
  };
  const regroup = (): void => inBackground(() => regrouper.follow(), 'devices could not be put into their groups');
  const follower = new FolderFollower(context, log, regroup);
  const groups = new DeviceGroups(context, regrouper, () => follower.look());
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

  const ratings = ratingsInUse(exposures, () => currentFeeds.get());
  const views = new Views(new ViewContext(context, { ratings, feeds: () => currentFeeds.get() }));
  let dayKeeper: NodeJS.Timeout | undefined;
  const keepDay = (): void => inBackground(() => views.keepDay(now()), 'figures of the day could not be kept');
  let viewKeeper: NodeJS.Timeout | undefined;
  const prepareViews = (): Promise<void> => views.prepare(() => isServing);
  const keepViews = (): void => inBackground(prepareViews, 'lists could not be made ready');

  const exposure = new ExposureQueries(exposures, ratings);
  const record = (act: CommonAct | undefined): void => {
    if (act === undefined) return;
    store.audit.add(auditLine(context, { ...act, tenant: null })).catch((error: unknown) => {
      log.warn({ err: error, action: act.action }, 'an act could not be written into the audit trail');
    });
  };

  return {
    getTenant(idOrName) {
      if (directory.findTenant(idOrName) === undefined) follower.look();
      return directory.getTenant(idOrName);
    },
    createTenant: (name, by = localOperator) => createTenant(context, name, by),
    listTenants: () => listTenants(store),
    deleteTenant: (idOrName, by = localOperator) => deleteTenant(context, idOrName, by),
    onTenantGone: (listener) => directory.onTenantGone(listener),
    record,
    listAudit: (tenant, request) => listAudit(store, tenant, request),

    applyReport: (tenant, report) => applyReport(context, tenant, report),
    applyReports: (tenant, body, bulk) => applyReports(context, preparer, tenant, body, bulk),
    getDevice: (scope, idOrName) => devices.get(scope, idOrName),
    listDevices: (scope, query) => store.listDevices(deviceScope(scope), query),
    deleteDevice: (scope, idOrName, by = localOperator) => deleteDevice(context, scope, { idOrName, by }),

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
    exposure,
    search: (scope, text) => search(context, exposure, scope, text),
    catalogueDesk: new CatalogueDesk(context, dataFolder),
    previewReports: (tenant, sent, how = {}) => previewReports(context, tenant, sent, how),
    views,
    assets: new AssetQueries(context, { ratings, feeds: () => currentFeeds.get(), findFormerEngine, catalogueAt }),
    streamMissingKbs: (scope, since) => streamMissingKbs(context, findFormerEngine, scope, since),
    settleCounts: (tenant) => (exposures.isSettled(tenant.id) ? undefined : exposures.settle(tenant.id)),
    exposureVersion: (scope) => exposures.version(scope.tenant.id),
    getStatus: (scope, at) => getStatus(context, scope, at),
    getFigures: () => ({
      queuedWrites: store.queuedWrites(),
      fleets: exposures.figures(),
      publications: publications.figures(),
    }),
    countCoverage: (scope) => countCoverage(context, scope),
    findStaleness: stalenessByMinute(() => exposures.verdicts.engine.catalogue),
    getCatalogueState: (at) => getCatalogueState(context, at),

    async createClient(tenant, name, roles, { groups: named, by = localOperator } = {}) {
      const bound = named === undefined ? {} : { groups: groups.parse(tenant, named) };
      return createClient(context, tenant, { name, roles, by, ...bound });
    },
    listClients(tenant) {
      follower.look();
      return directory.listClients(tenant.id).map(summarizeClient);
    },
    revokeClient: (tenant, clientId, by = localOperator) => revokeClient(context, tenant, { clientId, by }),
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
    describeClient(tenant, clientId) {
      const client = directory.findClient(tenant.id, clientId);
      return client === undefined ? 'unknown' : client.revokedAt === null ? 'active' : 'revoked';
    },
    getSigningKey: () => tokenKeys.getSigning(),
    findVerifyingKey(kid) {
      if (tokenKeys.findVerifying(kid) === undefined) follower.look();
      return tokenKeys.findVerifying(kid);
    },
    getLinkSecret: () => tokenKeys.linkSecret(),
    findLinkSecret(kid) {
      if (tokenKeys.findLinkSecret(kid) === undefined) follower.look();
      return tokenKeys.findLinkSecret(kid);
    },
    listVerifyingKeys: () => tokenKeys.listVerifying(),
    listTokenKeys() {
      follower.look();
      return tokenKeys.list();
    },
    async rotateTokenKey(how = {}, by = localOperator) {
      const made = await tokenKeys.rotate(how);
      record({ by, action: 'signing-key.rotated', subject: made.kid, detail: { dropOld: how.dropOld ?? false } });
      return made;
    },
    sessions: {
      start: (tenant, user) => sessions.start(tenant, user),
      createLink: (tenant, user) => sessions.createLink(tenant, user),
      async openLink(secret) {
        // A link is rare, and one that a command made a moment ago must be known.
        follower.look();
        if (!sessions.hasLink(secret)) await store.catchUp?.();
        return sessions.openLink(secret);
      },
      find(secret) {
        if (sessions.find(secret) === undefined) follower.look();
        return sessions.find(secret);
      },
      end: (secret) => sessions.end(secret),
    },
    async rotateTokenKeyIfDue(afterDays) {
      const isRotated = await tokenKeys.rotateIfDue(afterDays);
      if (!isRotated) return false;
      const { kid: subject } = await tokenKeys.getSigning();
      record({ by: serverItself, action: 'signing-key.rotated', subject, detail: { afterDays } });
      return true;
    },

    groups,
    listGroups: (tenant) => groups.list(tenant),

    osquery: new OsqueryNodes(context, () => follower.look()),

    catchUp: () => store.catchUp?.(),
    noteDamage(says) {
      if (damage !== undefined) return;
      damage = `the store is damaged (${says}): stop the server, move the data folder away and restore the last backup`;
      log.warn({ says }, 'the store is damaged: restore the last backup');
    },
    findTrouble: () => damage ?? store.findTrouble?.(),
    async warmUp() {
      await exposures.warmUp();
      if (isClosed) return;
      isServing = true;
      // None of it is waited for. The day's figures are quick once lists are ready.
      inBackground(() => prepareViews().finally(keepDay), 'lists could not be made ready');
      dayKeeper = setInterval(keepDay, 3_600_000).unref();
      viewKeeper = setInterval(keepViews, lookForFeedsMs).unref();
      inBackground(() => publications.catchUp(openedAt), 'what a catalogue changed could not be told');
      inBackground(resumeTenantDeletions, 'a tenant could not be deleted');
      regroup();
    },
    async useEngine(next) {
      const former = await exposures.useEngine(next);
      keepViews();
      return former === undefined || isClosed ? undefined : publications.published(former);
    },
    listChanges: (scope, page) => listChanges(store, scope, page),
    verifyCounts: () => verifyCounts(context),
    pruneChanges: (instant) => store.pruneChanges(instant),
    close() {
      isClosed = true;
      follower.stop();
      isServing = false;
      clearInterval(dayKeeper);
      clearInterval(viewKeeper);
      return Promise.all([exposures.close(), store.close(), preparer.close()]).then(() => undefined);
    },
  };
}

/** How often a server looks whether other feeds are held, before somebody asks. */
const lookForFeedsMs = 10_000;

/** Of the catalogue and the feeds in use; `undefined` where the engine only counts. */
function ratingsInUse(exposures: Exposures, feeds: () => HeldFeeds): () => CveRatings | undefined {
  let last: { readonly engine: Engine; readonly feeds: HeldFeeds; readonly ratings: CveRatings } | undefined;
  return () => {
    const { engine } = exposures.verdicts;
    if (engine.published === undefined) return undefined;
    const held = feeds();
    if (last?.engine !== engine || last.feeds !== held)
      last = { engine, feeds: held, ratings: new CveRatings(engine.published, held) };
    return last.ratings;
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
