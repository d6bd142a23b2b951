import type { FastifyError, FastifyInstance, HTTPMethods } from 'fastify';
import type { Application } from '../../operations/application.ts';
import { countBody, LoadGate, osqueryLoad } from '../load-gate.ts';
import { osqueryEndpoints } from './endpoints.ts';
import type { OsqueryEndpoint } from './endpoints.ts';
import { EnrollThrottle } from './enroll-throttle.ts';
import { OsqueryRefusal, busy, sendRefusal } from './osquery-reply.ts';
import { readBody } from './read-body.ts';

/** Our own, and those that agents packaged for Fleet have built in. The secret tells the tenant, so that no path has to. */
const bases: readonly string[] = ['/osquery', '/api/osquery', '/api/v1/osquery'];

const belowBases = new RegExp(`^(?:${bases.join('|')})(?:[/?]|$)`, 'i');

const otherMethods: readonly HTTPMethods[] = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** osquery's TLS API. Every answer has a body in JSON, every failure says so inside it. */
export function registerOsquery(
  server: FastifyInstance,
  { application, now }: { readonly application: Application; readonly now: () => Date },
): void {
  // Before the body is read. Fastify's own handlers of what is not found tell a prefix only in the case it is written in.
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || !belowBases.test(request.url)) return undefined;
    return sendRefusal(new OsqueryRefusal(404, 'no endpoint of osquery is at this address'), request, reply);
  });
  const gate = new LoadGate(osqueryLoad);
  const throttle = new EnrollThrottle();
  for (const base of bases) {
    void server.register(
      (scope, _, done) => {
        scope.setErrorHandler((error: FastifyError, request, reply) => sendRefusal(error, request, reply));
        for (const endpoint of osqueryEndpoints) {
          register(scope, endpoint, gate, (request, body) =>
            endpoint.handle(request, body, { application, throttle, now: now() }),
          );
        }
        done();
      },
      { prefix: base },
    );
  }
}

function register(
  scope: FastifyInstance,
  { path, largest }: OsqueryEndpoint,
  gate: LoadGate,
  handle: (
    request: Parameters<OsqueryEndpoint['handle']>[0],
    body: Parameters<OsqueryEndpoint['handle']>[1],
  ) => Promise<object> | object,
): void {
  scope.route({
    method: 'POST',
    url: path,
    bodyLimit: largest,
    preParsing: countBody(gate, busy),
    async onRequest(request, reply) {
      const leave = gate.enter(request, largest);
      if (leave === undefined) throw busy();
      reply.raw.once('close', leave);
      // The content tells what it is; a type that cannot be parsed would be refused.
      if (request.raw.headers['content-type'] !== undefined) request.raw.headers['content-type'] = 'application/json';
    },
    async handler(request, reply) {
      const answer = await handle(request, await readBody(request, largest));
      return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(answer);
    },
  });
  scope.route({
    method: [...otherMethods],
    url: path,
    async onRequest(request, reply) {
      reply.header('allow', 'POST');
      throw new OsqueryRefusal(405, `expected POST, got ${request.method}`);
    },
    handler: () => undefined,
  });
}
