import assert from 'node:assert/strict';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import { makeCertificate } from '../support/certificates.ts';
import type { TestCertificate } from '../support/certificates.ts';
import { runServer } from '../../src/cli/run-server.ts';
import type { RunningServer } from '../../src/cli/run-server.ts';
import { kbgap, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });
const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
const authority = makeCertificate('authority', { isAuthority: true });
const first = makeCertificate('first', { issuer: authority });

/** As certbot and others renew: each file is replaced at once, one after the other. */
function put(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

function putPair({ cert, key }: Pick<TestCertificate, 'cert' | 'key'>): void {
  put(files.cert, cert);
  put(files.key, key);
}

/** The certificate that a new connection gets. */
async function shownAt(url: string, options: ConnectionOptions = {}): Promise<PeerCertificate> {
  const { port } = new URL(url);
  const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false, ...options });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate(true);
  } finally {
    socket.destroy();
  }
}

/** Waits until a new connection gets the certificate of that name, for ten seconds at most. */
async function waitForName(url: string, name: string, options: ConnectionOptions = {}): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await shownAt(url, options)).subject.CN === name) return;
    await delay(100);
  }
  assert.fail(`${name} is not shown`);
}

describe('a server with a certificate', () => {
  let server: RunningServer;
  before(async () => {
    putPair({ ...first, cert: first.cert + authority.cert });
    server = await runServer({
      dataFolder: join(folder, 'data'),
      host: '127.0.0.1',
      port: 0,
      tls: files,
      logLevel: 'silent',
    });
  });
  after(() => server.stop());

  it('speaks HTTPS and shows the chain, to clients that trust its authority', async () => {
    assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const shown = await shownAt(server.url, { ca: authority.cert, rejectUnauthorized: true });
    assert.equal(shown.subject.CN, 'first');
    assert.equal(
      (shown as unknown as { issuerCertificate: PeerCertificate }).issuerCertificate.subject.CN,
      'authority',
    );
  });

  it('does not speak TLS 1.1', async () => {
    await assert.rejects(
      shownAt(server.url, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    );
  });

  it('takes up a renewed certificate, also for clients that name the host', async () => {
    putPair(makeCertificate('second'));
    await waitForName(server.url, 'second');
    await waitForName(server.url, 'second', { servername: 'localhost' });
    await assert.rejects(
      shownAt(server.url, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    );
  });

  it('keeps the old one while the new pair is not whole, and takes it up once it is', async () => {
    const third = makeCertificate('third');
    put(files.cert, third.cert);
    await delay(1500);
    assert.equal((await shownAt(server.url)).subject.CN, 'second');
    put(files.key, third.key);
    await waitForName(server.url, 'third');
  });

  it('keeps the old one where the new files are broken', async () => {
    put(files.cert, 'hello');
    await delay(1500);
    assert.equal((await shownAt(server.url)).subject.CN, 'third');
  });
});

describe('kbgap serve', () => {
  it('takes the files from the settings', async () => {
    const pair = makeCertificate('settings');
    const here = { cert: join(folder, 'env-cert.pem'), key: join(folder, 'env-key.pem') };
    writeFileSync(here.cert, pair.cert);
    writeFileSync(here.key, pair.key);
    const server = await startServer(['serve', '--data', join(folder, 'env-data')], {
      KBGAP_TLS_CERT: here.cert,
      KBGAP_TLS_KEY: here.key,
    });
    assert.match(server.url, /^https:/);
    assert.equal((await shownAt(server.url)).subject.CN, 'settings');
    await server.stop();
  });

  it('does not start with the key of another certificate, and says so', async () => {
    const [one, other] = [makeCertificate('one'), makeCertificate('other')];
    const here = { cert: join(folder, 'one.pem'), key: join(folder, 'other.pem') };
    writeFileSync(here.cert, one.cert);
    writeFileSync(here.key, other.key);
    const ran = await kbgap([
      'serve',
      '--port',
      '0',
      '--data',
      join(folder, 'x'),
      '--tls-cert',
      here.cert,
      '--tls-key',
      here.key,
    ]);
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /^kbgap: TLS key .*other\.pem: expected the key of the certificate in .*one\.pem/);
    const alone = await kbgap(['serve', '--port', '0', '--data', join(folder, 'x'), '--tls-cert', here.cert]);
    assert.equal(alone.code, 2);
    assert.match(alone.stderr, /--tls-cert and --tls-key .* together/);
  });
});
