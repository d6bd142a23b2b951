import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { createServer } from '../../src/api/server.ts';
import type { ServerOptions } from '../../src/api/server.ts';
import type { Application } from '../../src/operations/application.ts';
import { allRoles } from '../../src/operations/roles.ts';
import type { Tenant } from '../../src/store/store.ts';
import { openOverStarter, reportAll } from './small-fleet.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type JsonRow = Readonly<Record<string, unknown>>;

export interface ListBody extends JsonRow {
  readonly '@odata.context': string;
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
  readonly value: readonly JsonRow[];
}

/** What came for a request. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly body: ListBody;
}

/** A server over the small fleet, asked by `inject` with a token of every role. */
export interface FleetServer {
  readonly server: FastifyInstance;
  readonly application: Application;
  readonly tenant: Tenant;
  token(roles?: readonly string[]): Promise<string>;
  ask(url: string, headers?: Readonly<Record<string, string>>, method?: 'GET' | 'POST'): Promise<Reply>;
  /** @throws {assert.AssertionError} where the answer is none of 200. */
  get(url: string): Promise<ListBody>;
  /** The rows of all pages. */
  all(url: string): Promise<ListBody['value']>;
}

/** Closed when the tests of the file have ended. */
export async function startFleetServer(
  now: () => Date,
  options: Pick<ServerOptions, 'throttle'> = {},
): Promise<FleetServer> {
  const application = openOverStarter(temporaryFolder({ after }), now);
  const server = createServer({ application, logger: false, now, ...options });
  after(async () => {
    await server.close();
    await application.close();
  });
  const tenant = application.getTenant('default');
  await reportAll(application, tenant, { receivedAt: now() });
  const token = (roles: readonly string[] = allRoles): Promise<string> =>
    issueToken({
      application,
      tenant,
      clientId: localOperatorClientId,
      roles,
      audience: 'https://api.securitycenter.microsoft.com',
      issuer: 'http://localhost:80',
      now: now(),
    });
  const every = await token();
  const ask: FleetServer['ask'] = async (url, headers = {}, method = 'GET') => {
    const answer = await server.inject({ method, url, headers: { authorization: `Bearer ${every}`, ...headers } });
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) as ListBody };
  };
  const get: FleetServer['get'] = async (url) => {
    const { status, body } = await ask(url);
    assert.equal(status, 200, `${url}: ${JSON.stringify(body)}`);
    return body;
  };
  const all: FleetServer['all'] = async (url) => {
    const rows: JsonRow[] = [];
    for (let next: string | undefined = url; next !== undefined;) {
      const body: ListBody = await get(next);
      rows.push(...body.value);
      next = body['@odata.nextLink']?.slice('http://localhost:80'.length);
    }
    return rows;
  };
  return { server, application, tenant, token, ask, get, all };
}
