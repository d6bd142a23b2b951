import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresStore } from '../store/postgres/postgres-store.ts';
import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { ExternalIssuer } from '../api/auth/external-issuer.ts';
import { ServedCertificate } from '../api/served-certificate.ts';
import { createServer } from '../api/server.ts';
import type { ThrottleMode } from '../api/throttle/create-throttle.ts';
import { loadCorrections } from '../catalogue/corrections.ts';
import type { Application } from '../operations/application.ts';
import { serverItself } from '../operations/audit.ts';
import { actOfSync } from '../operations/catalogue-acts.ts';
import { catalogueEngine } from '../operations/catalogue-engine.ts';
import { CatalogueFolder } from '../operations/catalogue-folder.ts';
import { pruneChanges } from './prune-changes.ts';
import { enginesKnownAt } from '../operations/engine-known-at.ts';
import type { FeedPublishers } from '../operations/sync-feeds.ts';
import { openApplication } from '../operations/open-application.ts';
import { prepareNetwork } from '../sources/http/prepare-network.ts';
import { readCertificate } from './certificate-files.ts';
import type { CertificateFiles } from './certificate-files.ts';
import { checkProxies, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { followCertificate, warnIfExpired } from './follow-certificate.ts';
import { followStoreHealth } from './follow-store-health.ts';
import { openSharedStore } from './open-store.ts';
import { findPageFolder } from './page-folder.ts';
import { readIssuers } from './read-issuers.ts';
import { rotateTokenKeyByAge } from './rotate-token-key.ts';
import { CatalogueSharing } from './share-catalogue.ts';
import { ScheduledFeeds } from './scheduled-feeds.ts';
import { ScheduledSync } from './scheduled-sync.ts';
import type { ScheduledSyncOptions } from './scheduled-sync.ts';
import { createServerLogger, writeByTurn } from './server-logger.ts';

export interface ServerOptions {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string;
  /** Renewed files are taken up while the server runs. */
  readonly tls?: CertificateFiles;
  readonly logLevel: string;
  /** Default: `fair`. */
  readonly throttle?: ThrottleMode;
  /** Without it the server does not sync its catalogue by itself. */
  readonly sync?: Pick<ScheduledSyncOptions, 'publisher' | 'schedule'>;
  /** Without it the server does not fetch feeds by itself. */
  readonly feeds?: FeedPublishers;
}

/** A server that answers: `/readyz` gives 200. */
export interface RunningServer {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly application: Application;
  /** Answers what is under way, then closes the store. */
  stop(): Promise<void>;
}

const syncLease = 'catalogue-sync';
/** A node that ends without a word is followed by another after so long. */
const syncLeaseSeconds = 900;

/** How long a start waits for the database. */
const firstTryMs = 3000;

/** How often the data folder is asked for another catalogue; commands of others must show within two seconds. */
const lookEveryMs = 1000;

/**
 * Opens the data folder and serves it until it is stopped. Logs go to stderr.
 * @throws {CertificateError} and {@link IssuerSettingsError} before anything is opened.
 */
export async function runServer(options: ServerOptions): Promise<RunningServer> {
  const config = readConfig();
  const logger = createServerLogger(options.logLevel, writeByTurn(pino.destination(2)));
  const issuers = issuersOf(config);
  const tls = options.tls === undefined ? undefined : serveCertificate(options.tls, logger);
  const corrections = loadCorrections();
  const folder = new CatalogueFolder(options.dataFolder, corrections);
  const store = await openSharedStore(config, { keepsTrying: true });
  if (store !== undefined) await firstTry(store, logger);
  const sharing = store === undefined ? undefined : new CatalogueSharing(folder, store.sharedCatalogue, logger);
  if (store?.findTrouble() === undefined) await sharing?.look();
  const { catalogue, starter } = folder.loadCurrent();
  const now = (): Date => new Date();
  const application = openApplication({
    ...(store === undefined ? {} : { store }),
    dataFolder: options.dataFolder,
    now,
    engine: catalogueEngine(catalogue, starter),
    engineKnownAt: enginesKnownAt(folder, corrections),
    findFormerEngine: (id) => {
      const former = folder.findFormer(id);
      return former === undefined ? undefined : catalogueEngine(former, false);
    },
    catalogueAt: (instant) => folder.inForceAt(instant),
    log: logger,
  });
  await application.warmUp();
  warnIfStale(application, logger, now());
  const scheduled =
    options.sync === undefined
      ? undefined
      : new ScheduledSync({
          ...options.sync,
          dataFolder: options.dataFolder,
          logger,
          now,
          ...(store === undefined
            ? {}
            : { mayRun: () => store.sharedCatalogue.takeLease(syncLease, syncLeaseSeconds) }),
          onSynced: (result) => application.record(actOfSync(result, serverItself)),
        });
  const feeds =
    options.feeds === undefined
      ? undefined
      : new ScheduledFeeds({ publishers: options.feeds, dataFolder: options.dataFolder, logger, now });
  const pageFolder = await findPage(logger);
  const server = createServer({
    application,
    pageFolder,
    logger,
    now,
    openMetrics: config.openMetrics,
    issuers,
    ...(scheduled === undefined ? {} : { countSyncs: () => scheduled.counts }),
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    ...(tls === undefined ? {} : { tls: tls.served }),
    throttle: options.throttle ?? 'fair',
  });
  const stopFollowingCatalogue = followCatalogue(folder, application, logger);
  const stopPruning = pruneChanges(application, logger);
  const stopChecking = store === undefined ? followStoreHealth(options.dataFolder, application, logger) : undefined;
  const stopRotating = rotateTokenKeyByAge(application, config.tokenKeyDays, logger);
  const stopFollowing = (): void => {
    stopPruning();
    stopFollowingCatalogue();
    stopRotating();
    stopChecking?.();
    void sharing?.stop();
    tls?.stop();
  };
  try {
    await server.listen({ host: options.host, port: options.port });
  } catch (error) {
    stopFollowing();
    await Promise.all([scheduled?.stop(), feeds?.stop()]);
    await application.close();
    throw error;
  }
  return {
    url: urlOf(server, options),
    application,
    stop: async () => {
      stopFollowing();
      await Promise.all([scheduled?.stop(), feeds?.stop()]);
      // Another node goes on at once; of one that was killed the lease has to run out.
      await store?.sharedCatalogue.giveBackLease(syncLease).catch(() => undefined);
      await server.close();
      await application.close();
    },
  };
}

/** Most databases answer at once; of one that does not the server says so at `/readyz`, and starts all the same. */
async function firstTry(store: PostgresStore, logger: Logger): Promise<void> {
  const said = store.opened.then(
    () => logger.info('database answers'),
    (error: unknown) => logger.error({ reason: messageOf(error) }, 'database cannot be used'),
  );
  await Promise.race([said, delay(firstTryMs)]);
  const reason = store.findTrouble();
  if (reason !== undefined) logger.warn({ reason }, 'database not reached yet: it is tried again');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A page that cannot be built costs the page, not the server. */
async function findPage(logger: Logger): Promise<string | undefined> {
  try {
    return await findPageFolder({ onBuild: () => process.stderr.write('kbgap: building the page, some seconds\n') });
  } catch (error) {
    logger.error({ err: error }, 'page not built');
    return undefined;
  }
}

/** Whose tokens are honoured beside our own; their keys are asked for through the proxy that the environment names. */
function issuersOf({ issuers }: Config): readonly ExternalIssuer[] {
  if (issuers === undefined) return [];
  checkProxies();
  prepareNetwork();
  return readIssuers(issuers);
}

/** The certificate of the files, followed until `stop`. @throws {CertificateError} */
function serveCertificate(
  files: CertificateFiles,
  logger: Logger,
): { readonly served: ServedCertificate; readonly stop: () => void } {
  const pair = readCertificate(files);
  warnIfExpired(pair.validTo, new Date(), logger);
  const served = new ServedCertificate(pair);
  return { served, stop: followCertificate(files, served, logger) };
}

function warnIfStale(application: Application, logger: Logger, now: Date): void {
  const stale = application.findStaleness(now);
  if (stale !== undefined) logger.warn({ reason: stale.reason }, `catalogue is stale: ${stale.text}`);
}

/** Takes up the catalogue that an import puts in force; one that cannot be read leaves the old one in use. */
function followCatalogue(folder: CatalogueFolder, application: Application, logger: Logger): () => void {
  let current = folder.currentId();
  let busy = false;
  const look = async (): Promise<void> => {
    const id = folder.currentId();
    if (busy || id === current) return;
    busy = true;
    try {
      const { catalogue, starter } = folder.loadCurrent();
      const published = await application.useEngine(catalogueEngine(catalogue, starter));
      current = id;
      const { tenants: _, ...told } = published ?? { tenants: [], catalogueId: id };
      logger.info(told, 'catalogue taken up');
    } catch (error) {
      logger.error({ err: error, catalogueId: id }, 'catalogue not taken up');
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

function urlOf(server: FastifyInstance, { host, tls }: ServerOptions): string {
  const { port } = server.server.address() as AddressInfo;
  const shown = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `${tls === undefined ? 'http' : 'https'}://${shown}:${port}`;
}
