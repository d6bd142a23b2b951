import { after } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createServer } from '../../src/api/server.ts';
import type { ServerOptions } from '../../src/api/server.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import type { Tenant } from '../../src/store/store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A server in this process on a new data folder, asked by `inject`; its clock is moved by hand. */
export interface ApiServer {
  readonly server: FastifyInstance;
  readonly application: Application;
  readonly tenant: Tenant;
  readonly dataFolder: string;
  readonly clock: { now: Date };
}

export interface ApiServerOptions extends Partial<Pick<ServerOptions, 'publicUrl' | 'issuers' | 'openMetrics'>> {
  readonly now?: Date;
  readonly logger?: Logger;
}

/** Of all servers of a file: a catalogue is never changed. */
const engine = catalogueEngine(loadStarterCatalogue(), true);

/** Closed when the tests of the file have ended. */
export function openApiServer({ now, logger, ...more }: ApiServerOptions = {}): ApiServer {
  const clock = { now: now ?? new Date('2026-11-25T12:00:00Z') };
  const dataFolder = temporaryFolder({ after });
  const application = openApplication({ dataFolder, now: () => clock.now, engine });
  const server = createServer({ application, logger: logger ?? false, now: () => clock.now, ...more });
  after(async () => {
    await server.close();
    await application.close();
  });
  return { server, application, tenant: application.getTenant('default'), dataFolder, clock };
}

/** A Windows 11 device that lacks updates. */
export async function reportDevice(application: Application, tenant: Tenant, name: string): Promise<void> {
  const inventory = readNative({
    schema: 'kbgap-inventory/1',
    device: { name },
    os: { name: 'Windows 11 Pro', build: '10.0.26100.1742', architecture: 'x64', installationType: 'Client' },
  });
  await application.applyReport(tenant, {
    inventory,
    raw: Buffer.from('{}'),
    format: 'native',
    receivedAt: new Date(),
  });
}
