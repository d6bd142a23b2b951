import { after } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { createServer } from '../../src/api/server.ts';
import type { ServerOptions } from '../../src/api/server.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { allRoles } from '../../src/operations/roles.ts';
import type { Tenant } from '../../src/store/store.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
}

export interface Question {
  readonly method?: string;
  readonly url: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string;
}

/** Default: every role, of the tenant `default`, issued now, for Defender's API. */
export interface TokenOptions {
  readonly roles?: readonly string[];
  readonly of?: Tenant;
  readonly clientId?: string;
  readonly at?: Date;
  readonly audience?: string;
}

export interface ReportedDevice {
  readonly name: string;
  readonly tags?: readonly string[];
  readonly ipAddresses?: readonly string[];
}

export interface TwoTenants {
  readonly server: FastifyInstance;
  readonly application: Application;
  readonly tenant: Tenant;
  readonly other: Tenant;
  /** The server's clock. */
  readonly now: () => Date;
  pass(ms: number): void;
  token(options?: TokenOptions): Promise<string>;
  /** A Windows 11 24H2 on x64 of the tenant, at the build. */
  report(of: Tenant, device: ReportedDevice, build?: string): Promise<void>;
  ask(question: Question): Promise<Answer>;
}

/** A server over the starter catalogue with the tenants `default` and `other`; closed after the tests of the file. */
export async function startTwoTenants(options: Pick<ServerOptions, 'throttle'> = {}): Promise<TwoTenants> {
  let at = Date.parse('2026-11-23T12:00:00Z');
  const now = (): Date => new Date(at);
  const application = openApplication({
    dataFolder: temporaryFolder({ after }),
    now,
    engine: catalogueEngine(loadStarterCatalogue(), true),
  });
  const server = createServer({ application, logger: false, now, ...options });
  after(async () => {
    await server.close();
    await application.close();
  });
  const tenant = application.getTenant('default');
  return {
    server,
    application,
    tenant,
    other: await application.createTenant('other'),
    now,
    pass: (ms) => (at += ms),
    token: ({
      roles = allRoles,
      of = tenant,
      clientId = localOperatorClientId,
      at: issuedAt = now(),
      audience = 'https://api.securitycenter.microsoft.com',
    } = {}) =>
      issueToken({
        application,
        tenant: of,
        clientId,
        roles,
        audience,
        issuer: 'http://localhost:80',
        now: issuedAt,
      }),
    async report(of, device, build = '10.0.26100.8000') {
      const value = {
        schema: 'kbgap-inventory/1',
        device,
        os: { name: 'Windows 11 Pro', build, architecture: 'x64', installationType: 'Client' },
      };
      await application.applyReport(of, {
        inventory: readNative(value),
        raw: Buffer.from('{}'),
        format: 'native',
        receivedAt: now(),
      });
    },
    async ask({ method = 'GET', url, token, headers = {}, payload }) {
      const answer = await server.inject({
        method: method as 'GET',
        url,
        headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(payload === undefined ? {} : { payload }),
      });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body, bytes: answer.rawPayload };
    },
  };
}
