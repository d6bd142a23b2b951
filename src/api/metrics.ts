import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Application, CatalogueState } from '../operations/application.ts';
import type { FleetFigures } from '../operations/exposures.ts';
import type { LastPublication } from '../operations/publications/publications.ts';
import type { FeedStatus } from '../operations/feed-status.ts';

export interface MetricsOptions {
  /** Whether others than loopback are answered. */
  readonly open: boolean;
  readonly catalogue: () => CatalogueState;
  readonly figures: Application['getFigures'];
  /** Reads that wait for their turn, and requests with reports that are let in. */
  readonly queues: () => { readonly reads: number; readonly reports: number };
  /** Syncs of this process by how they went; absent where it does not sync. */
  readonly countSyncs?: (() => Readonly<Record<string, number>>) | undefined;
}

/** Counts requests by route pattern, never by address: ids of devices are no labels. */
export function registerMetrics(
  server: FastifyInstance,
  { open, catalogue, figures, queues, countSyncs }: MetricsOptions,
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'kbgap_http_requests_total',
    help: 'Answered requests.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'kbgap_http_request_duration_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  // Finding a series by its labels costs more than counting: each is looked up once.
  const known = new Map<
    string,
    { readonly requests: Counter.Internal; readonly seconds: Histogram.Internal<string> }
  >();
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const key = `${request.method} ${reply.statusCode} ${route}`;
    let series = known.get(key);
    if (series === undefined) {
      const labels = { method: request.method, route };
      series = { requests: requests.labels({ ...labels, status: reply.statusCode }), seconds: seconds.labels(labels) };
      known.set(key, series);
    }
    series.requests.inc();
    series.seconds.observe(reply.elapsedTime / 1000);
    done();
  });
  const current = oncePerScrape(catalogue);
  registerCatalogueGauges(registry, current.get);
  registerFeedGauges(registry, current.get);
  registerFleetGauges(registry, figures);
  registerQueueGauges(registry, queues);
  registerPublicationGauges(registry, () => figures().publications);
  if (countSyncs !== undefined) registerSyncCounts(registry, countSyncs);
  server.get('/metrics', async (request, reply) => {
    if (!open && !isLoopback(request)) return reply.callNotFound();
    current.renew();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** The state as it was when a reader came: every gauge asks for it, and it lies in files. */
function oncePerScrape(catalogue: () => CatalogueState): { get(): CatalogueState; renew(): void } {
  let state: CatalogueState | undefined;
  return { get: () => (state ??= catalogue()), renew: () => (state = undefined) };
}

/** Sums of counts that are in memory; tenants by their ids, as names may be somebody's. */
function registerFleetGauges(registry: Registry, figures: Application['getFigures']): void {
  const registers = [registry];
  new Gauge({
    name: 'kbgap_writes_queued',
    help: 'Writes that wait for their commit.',
    registers,
    collect() {
      this.set(figures().queuedWrites);
    },
  });
  const perTenant: readonly [name: string, help: string, valueOf: (of: FleetFigures) => number][] = [
    ['kbgap_patch_states', 'Distinct patch states that devices stand in.', ({ states }) => states],
    ['kbgap_patch_states_waiting', 'Patch states that are not judged yet.', ({ waitingStates }) => waitingStates],
  ];
  for (const [name, help, valueOf] of perTenant) {
    new Gauge({
      name,
      help,
      labelNames: ['tenant'],
      registers,
      collect() {
        this.reset();
        for (const fleet of figures().fleets) this.set({ tenant: fleet.tenantId }, valueOf(fleet));
      },
    });
  }
  new Gauge({
    name: 'kbgap_devices',
    help: 'Devices by how well they could be judged.',
    labelNames: ['tenant', 'coverage'],
    registers,
    collect() {
      this.reset();
      for (const { tenantId, coverage } of figures().fleets)
        for (const [name, devices] of Object.entries(coverage)) this.set({ tenant: tenantId, coverage: name }, devices);
    },
  });
}

function registerQueueGauges(registry: Registry, queues: MetricsOptions['queues']): void {
  const registers = [registry];
  new Gauge({
    name: 'kbgap_reads_waiting',
    help: 'Reads that wait for their turn.',
    registers,
    collect() {
      this.set(queues().reads);
    },
  });
  new Gauge({
    name: 'kbgap_reports_in_hand',
    help: 'Requests with reports that are read, unpacked or kept.',
    registers,
    collect() {
      this.set(queues().reports);
    },
  });
}

/** What catalogues that came into force changed; without a value until the first of this process did. */
function registerPublicationGauges(
  registry: Registry,
  publications: () => ReturnType<Application['getFigures']>['publications'],
): void {
  const registers = [registry];
  const counter: Counter = new Counter({
    name: 'kbgap_catalogue_publications_total',
    help: 'Catalogues that came into force in this process.',
    registers,
    collect() {
      counter.reset();
      counter.inc(publications().count);
    },
  });
  const gauges: readonly [name: string, help: string, valueOf: (last: LastPublication) => number][] = [
    [
      'kbgap_catalogue_published_timestamp_seconds',
      'When the last of them did.',
      ({ publishedAt }) => Date.parse(publishedAt) / 1000,
    ],
    ['kbgap_catalogue_judging_seconds', 'How long it was judged before.', ({ judgedMs }) => judgedMs / 1000],
    [
      'kbgap_catalogue_changed_patch_states',
      'Patch states that it judges otherwise.',
      (last) => last.patchStatesChanged,
    ],
  ];
  for (const [name, help, valueOf] of gauges) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers,
      collect() {
        gauge.reset();
        const { last } = publications();
        gauge.set(last === undefined ? Number.NaN : valueOf(last));
      },
    });
  }
  new Gauge({
    name: 'kbgap_catalogue_changed_devices',
    help: 'Devices that it judges otherwise.',
    labelNames: ['tenant'],
    registers,
    collect() {
      this.reset();
      for (const { tenantId, devicesChanged } of publications().last?.tenants ?? [])
        this.set({ tenant: tenantId }, devicesChanged);
    },
  });
}

/** Asked when somebody reads them: the state is in memory or in small files. */
function registerCatalogueGauges(registry: Registry, catalogue: () => CatalogueState): void {
  const gauges: readonly [name: string, help: string, valueOf: (state: CatalogueState) => number][] = [
    [
      'kbgap_catalogue_stale',
      '1 where updates are published that the catalogue cannot know.',
      ({ stale }) => Number(stale),
    ],
    [
      'kbgap_catalogue_age_days',
      'Days since the newest revision in the catalogue.',
      ({ ageDays }) => ageDays ?? Number.NaN,
    ],
    [
      'kbgap_catalogue_quarantined_documents',
      'Documents that were not believed; the last good ones are in use.',
      ({ quarantined }) => quarantined.length,
    ],
    [
      'kbgap_catalogue_last_sync_success_timestamp_seconds',
      'When a sync last brought all that was new.',
      ({ sync }) => (sync?.lastSuccessAt == null ? Number.NaN : Date.parse(sync.lastSuccessAt) / 1000),
    ],
  ];
  for (const [name, help, valueOf] of gauges) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => gauge.set(valueOf(catalogue())),
    });
  }
}

/** A feed without a value is left out: one that is not held has no date, one that was never asked for does not fail. */
function registerFeedGauges(registry: Registry, catalogue: () => CatalogueState): void {
  const gauges: readonly [name: string, help: string, valueOf: (feed: FeedStatus) => number | null][] = [
    [
      'kbgap_feed_failing',
      '1 where the last check of a feed brought nothing usable; the last good one is in use.',
      ({ state, check }) => (state === 'unreadable' ? 1 : check === null ? null : Number(check.outcome !== 'ok')),
    ],
    [
      'kbgap_feed_last_success_timestamp_seconds',
      'When all addresses of a feed had last answered well.',
      ({ check }) => secondsOf(check?.lastSuccessAt ?? null),
    ],
    ['kbgap_feed_date_timestamp_seconds', 'When its publisher dates a held feed.', ({ date }) => secondsOf(date)],
    ['kbgap_feed_records', 'Records of a held feed.', ({ records }) => records],
  ];
  for (const [name, help, valueOf] of gauges) {
    const gauge: Gauge<'feed'> = new Gauge({
      name,
      help,
      labelNames: ['feed'],
      registers: [registry],
      collect() {
        gauge.reset();
        for (const feed of catalogue().feeds) {
          const value = valueOf(feed);
          if (value !== null) gauge.set({ feed: feed.feed }, value);
        }
      },
    });
  }
}

function secondsOf(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant) / 1000;
}

function registerSyncCounts(registry: Registry, countSyncs: () => Readonly<Record<string, number>>): void {
  const counter: Counter = new Counter({
    name: 'kbgap_catalogue_syncs_total',
    help: 'Syncs by this process.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      counter.reset();
      for (const [outcome, count] of Object.entries(countSyncs())) counter.inc({ outcome }, count);
    },
  });
}

/** From this machine itself: what a proxy forwarded only looks like it. */
function isLoopback({ socket, headers }: FastifyRequest): boolean {
  const forwarded = Object.keys(headers).some((name) =>
    /^(?:forwarded|via|x-forwarded-.*|x-original-.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/.test(name),
  );
  return !forwarded && /^(?:127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? '');
}
