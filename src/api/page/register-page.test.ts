import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { CatalogueState } from '../../operations/application.ts';
import { pageAddresses } from './page-addresses.ts';
import { registerPage } from './register-page.ts';

const catalogue: CatalogueState = {
  catalogueId: 'sha256:0',
  newestRelease: '2026-Jun',
  currentTo: null,
  ageDays: 3,
  starter: false,
  stale: false,
  staleReason: null,
  quarantined: [],
  sync: null,
  feeds: [],
};

const script = 'console.log("page");\n'.repeat(200);

/** A built page as Vite leaves it, in small. */
function builtFolder(): string {
  const folder = temporaryFolder({ after });
  mkdirSync(join(folder, 'assets'));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><meta property="csp-nonce" nonce="nonce-of-this-answer"><script type="module" nonce="nonce-of-this-answer" src="/assets/a-1.js"></script><noscript><!--without-script--></noscript>',
  );
  writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(folder, 'assets/a-1.js'), script);
  writeFileSync(join(folder, 'assets/a-1.js.gz'), gzipSync(script));
  return folder;
}

async function serve(folder: string | undefined, isSecure = false): Promise<FastifyInstance> {
  const server = fastify();
  await server.register((scope) => registerPage(scope, { folder, isSecure, catalogue: () => catalogue }));
  after(async () => await server.close());
  return server;
}

describe('the built page', () => {
  const ready = serve(builtFolder());

  for (const address of pageAddresses) {
    const url = address.replace(/:\w+/, 'KB5034127');
    it(`answers at ${url}`, async () => {
      const answer = await (await ready).inject(url);
      assert.equal(answer.statusCode, 200);
      assert.match(answer.headers['content-type'] as string, /^text\/html/);
      assert.equal(answer.headers['cache-control'], 'no-store');
    });
  }

  it('runs scripts of this server alone, and styles by a nonce of each answer', async () => {
    const server = await ready;
    const [one, other] = await Promise.all([server.inject('/'), server.inject('/')]);
    const policy = String(one.headers['content-security-policy']);
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    assert.notEqual(nonce, '');
    assert.ok(one.body.includes(`nonce="${nonce}"`));
    assert.ok(!other.body.includes(nonce));
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|upgrade-insecure-requests|https?:|data:|\*/);
    assert.equal(one.headers['strict-transport-security'], undefined);
  });

  it('tells those without scripts how old the knowledge is', async () => {
    const { body } = await (await ready).inject('/devices');
    assert.match(body, /<noscript><h1>kbgap<\/h1>[^]*Catalogue to 2026-Jun, 3 days old/);
  });

  it('lets hashed files be kept for good, and sends them as packed as asked', async () => {
    const server = await ready;
    const plain = await server.inject('/assets/a-1.js');
    assert.equal(plain.body, script);
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(plain.headers['x-content-type-options'], 'nosniff');
    const packed = await server.inject({ url: '/assets/a-1.js', headers: { 'accept-encoding': 'gzip' } });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.deepEqual(packed.rawPayload, gzipSync(script));
    assert.match(packed.headers['content-type'] as string, /javascript/);
  });

  it('answers with the icon, and with nothing that is not there or lies elsewhere', async () => {
    const server = await ready;
    assert.match((await server.inject('/icon.svg')).headers['content-type'] as string, /svg/);
    for (const url of ['/assets/none.js', '/assets/../index.html', '/assets/%2e%2e/index.html'])
      assert.equal((await server.inject(url)).statusCode, 404, url);
  });

  it('over TLS asks for TLS from then on', async () => {
    const server = await serve(builtFolder(), true);
    assert.match(String((await server.inject('/')).headers['strict-transport-security']), /max-age/);
  });
});

describe('where no page is built', () => {
  for (const [says, folder] of [
    ['no folder is named', undefined],
    ['the folder holds none', '/nowhere'],
  ] as const) {
    it(`${says}: plain words without script or style`, async () => {
      const answer = await (await serve(folder)).inject('/');
      assert.equal(answer.statusCode, 200);
      assert.match(answer.body, /<h1>kbgap<\/h1>/);
      assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
      assert.doesNotMatch(String(answer.headers['content-security-policy']), /script-src/);
    });
  }
});
