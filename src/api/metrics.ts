import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Counts requests by route pattern, never by address: ids of devices are no labels. */
export function registerMetrics(server: FastifyInstance, open: boolean): void {
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
  server.get('/metrics', async (request, reply) => {
    if (!open && !isLoopback(request)) return reply.callNotFound();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** From this machine itself: what a proxy forwarded only looks like it. */
function isLoopback({ socket, headers }: FastifyRequest): boolean {
  const forwarded = Object.keys(headers).some((name) =>
    /^(?:forwarded|via|x-forwarded-.*|x-original-.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/.test(name),
  );
  return !forwarded && /^(?:127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? '');
}
