import type { TestContext } from 'node:test';
import type { AddressInfo } from 'node:net';
import { createServer } from '../../src/api/server.ts';
import { ServedCertificate } from '../../src/api/served-certificate.ts';
import { createServerLogger } from '../../src/cli/server-logger.ts';
import type { Application } from '../../src/operations/application.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import type { DeviceRow, Tenant } from '../../src/store/store.ts';
import { makeCertificate } from './certificates.ts';
import { createFakeEngine } from './fake-engine.ts';
import { FakeOsqueryd } from './fake-osqueryd.ts';
import type { FakeOsquerydOptions } from './fake-osqueryd.ts';
import { temporaryFolder } from './temporary-folder.ts';
import type { FakeWindows } from './windows-tables.ts';
import { wholeTenant } from '../../src/operations/scope.ts';

/** Windows 10 1909 below the made-up catalogue's only update. */
export const unpatched: FakeWindows = {
  hostName: 'PC-EINS',
  uuid: '4C4C4544-0042-3510-8051-B4C04F4A3131',
  serial: 'S-1',
  osName: 'Microsoft Windows 10 Enterprise',
  version: '10.0.18363',
  ubr: 657,
  displayVersion: '1909',
  patches: ['KB4532693'],
};

/** A server with TLS on loopback, and what a test wants to see of it. */
export interface OsqueryServer {
  readonly url: string;
  readonly authority: string;
  readonly dataFolder: string;
  readonly application: Application;
  readonly engine: ReturnType<typeof createFakeEngine>;
  readonly tenant: Tenant;
  /** All that was logged so far, at the finest level. */
  readonly logged: () => string;
  /** The server's clock; changed with `pass`. */
  readonly now: () => Date;
  pass(hours: number): void;
  /** A client with a new secret of `tenant`, unless it is given one. */
  node(options?: Partial<FakeOsquerydOptions> & { readonly tenant?: Tenant }): Promise<FakeOsqueryd>;
  /** The device of that name, if it is there. */
  device(name: string, tenant?: Tenant): Promise<DeviceRow | undefined>;
}

export async function startOsqueryServer(t: Pick<TestContext, 'after'>): Promise<OsqueryServer> {
  let at = new Date('2026-06-10T08:00:00Z').getTime();
  const now = (): Date => new Date(at);
  const engine = createFakeEngine();
  const dataFolder = temporaryFolder(t);
  const application = openApplication({ dataFolder, now, engine });
  const { cert, key } = makeCertificate('kbgap test');
  let text = '';
  const logger = createServerLogger('trace', { write: (line) => (text += line) });
  const server = createServer({
    application,
    logger,
    now,
    openMetrics: true,
    tls: new ServedCertificate({ cert, key }),
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const nodes: FakeOsqueryd[] = [];
  t.after(async () => {
    for (const node of nodes) node.close();
    await server.close();
    await application.close();
  });
  const url = `https://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const tenant = application.getTenant('default');
  return {
    url,
    authority: cert,
    dataFolder,
    application,
    engine,
    tenant,
    now,
    logged: () => text,
    pass: (hours) => (at += hours * 3_600_000),
    async node({ tenant: of = tenant, ...options } = {}) {
      const secret = options.secret ?? (await application.osquery.createSecret(of, 'test')).secret;
      const host = options.host ?? { ...unpatched };
      const node = new FakeOsqueryd({
        url,
        authority: cert,
        identifier: host.uuid ?? host.hostName,
        now,
        ...options,
        secret,
        host,
      });
      nodes.push(node);
      return node;
    },
    async device(name, of = tenant) {
      try {
        return await application.getDevice(wholeTenant(of), name);
      } catch {
        return undefined;
      }
    },
  };
}
