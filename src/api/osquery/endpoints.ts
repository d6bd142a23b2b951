import type { FastifyRequest } from 'fastify';
import { fieldOf, textField } from '../../inventory/text/loose-json.ts';
import type { JsonRecord } from '../../inventory/text/loose-json.ts';
import type { Application } from '../../operations/application.ts';
import type { KnownNode } from '../../operations/osquery/take-results.ts';
import type { EnrollThrottle } from './enroll-throttle.ts';
import { OsqueryRefusal } from './osquery-reply.ts';
import { enrollSecretOf, nodeKeyOf } from './read-body.ts';

export interface OsqueryContext {
  readonly application: Application;
  readonly throttle: EnrollThrottle;
  readonly now: Date;
}

/** One endpoint of osquery's TLS API. */
export interface OsqueryEndpoint {
  /** Below the base that the client's flags name. */
  readonly path: string;
  /** Bytes of the body, unpacked. */
  readonly largest: number;
  handle(request: FastifyRequest, body: JsonRecord, context: OsqueryContext): Promise<object> | object;
}

const kib = 1024;
const mib = 1024 * kib;
/** 32 lines, which the configuration sets, of 1 MiB, which osqueryd sends at most, and some room. */
const largestLog = 40 * mib;

/** An enrolment secret for a node key. */
const enroll: OsqueryEndpoint = {
  path: '/enroll',
  largest: mib,
  async handle(request, body, { application, throttle, now }) {
    if (throttle.isBlocked(request.ip))
      throw new OsqueryRefusal(429, 'too many wrong enrolment secrets; try again later');
    const secret = enrollSecretOf(request, body);
    const enrolled = await application.osquery.enroll({ secret, body, receivedAt: now });
    if (enrolled === undefined) {
      throttle.countWrong(request.ip);
      request.log.warn({ address: request.ip }, 'osquery enrolment refused: the secret belongs to no tenant');
      throw new OsqueryRefusal(401, 'enrolment refused: unknown secret', { isNodeInvalid: true });
    }
    const { tenant, nodeId, hostIdentifier, isKnown, nodeKey } = enrolled;
    request.log.info({ tenantId: tenant.id, nodeId, hostIdentifier, isKnown }, 'osquery node enrolled');
    return { node_key: nodeKey, node_invalid: false };
  },
};

const config: OsqueryEndpoint = {
  path: '/config',
  largest: 64 * kib,
  async handle(request, body, context) {
    await getNode(request, body, context);
    return context.application.osquery.config;
  },
};

/** Result lines; status lines are taken and thrown away. */
const log: OsqueryEndpoint = {
  path: '/log',
  largest: largestLog,
  async handle(request, body, context) {
    const known = await getNode(request, body, context);
    const data = fieldOf(body, 'data') ?? [];
    if (!Array.isArray(data)) throw new OsqueryRefusal(400, 'request body: expected data to be a list');
    if (textField(body, 'log_type') === 'result') await context.application.osquery.takeLog(known, data, context.now);
    return {};
  },
};

/** Questions that cannot wait for the schedule. */
const read: OsqueryEndpoint = {
  path: '/distributed/read',
  largest: 64 * kib,
  async handle(request, body, context) {
    return context.application.osquery.ask(await getNode(request, body, context), context.now);
  },
};

const write: OsqueryEndpoint = {
  path: '/distributed/write',
  largest: largestLog,
  async handle(request, body, context) {
    const known = await getNode(request, body, context);
    await context.application.osquery.takeAnswers(known, body, context.now);
    return {};
  },
};

export const osqueryEndpoints: readonly OsqueryEndpoint[] = [enroll, config, log, read, write];

/** @throws {OsqueryRefusal} for a key that is not (or no longer) good: the node then enrols anew. */
async function getNode(request: FastifyRequest, body: JsonRecord, { application }: OsqueryContext): Promise<KnownNode> {
  const known = await application.osquery.find(nodeKeyOf(request, body));
  if (known === undefined) throw new OsqueryRefusal(401, 'unknown node key', { isNodeInvalid: true });
  return known;
}
