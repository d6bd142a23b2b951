import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueState } from '../../operations/application.ts';
import { frontPage, frontPageBody } from '../front-page.ts';
import { pageAddresses } from './page-addresses.ts';
import { readPageDocument } from './page-document.ts';
import { pagePolicy, plainPolicy } from './page-policy.ts';

export interface PageOptions {
  /** Where the built page lies; without it, or where nothing was built, `/` tells in plain words what this is. */
  readonly folder?: string | undefined;
  readonly isSecure: boolean;
  readonly catalogue: () => CatalogueState;
}

/** In a scope of its own: only a page has use for a policy, and the answers of the API are spared some fifteen headers each. */
export async function registerPage(scope: FastifyInstance, options: PageOptions): Promise<void> {
  const { folder } = options;
  if (folder === undefined || !existsSync(join(folder, 'index.html'))) await registerPlainPage(scope, options);
  else await registerBuiltPage(scope, folder, options);
}

async function registerPlainPage(scope: FastifyInstance, { isSecure, catalogue }: PageOptions): Promise<void> {
  await scope.register(helmet, plainPolicy(isSecure));
  scope.get('/', async (_request, reply) => sendDocument(reply, frontPage(catalogue())));
}

async function registerBuiltPage(scope: FastifyInstance, folder: string, options: PageOptions): Promise<void> {
  const { isSecure, catalogue } = options;
  const document = readPageDocument(folder);
  await scope.register(helmet, pagePolicy(isSecure));
  for (const url of pageAddresses) {
    scope.get(url, async (_request, reply) =>
      sendDocument(reply, document.render(reply.cspNonce.style, frontPageBody(catalogue()))),
    );
  }
  await scope.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    preCompressed: true,
    // Each carries its hash in its name.
    immutable: true,
    maxAge: '1y',
  });
  scope.get('/icon.svg', async (_request, reply) =>
    reply.sendFile('icon.svg', folder, { maxAge: '1d', immutable: false }),
  );
}

/** Never kept: its nonce is for this once, and the files that it names change with kbgap. */
function sendDocument(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('Cache-Control', 'no-store').type('text/html; charset=utf-8').send(html);
}
