import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { OpenIdProvider } from '../support/openid-provider.ts';
import { kbgap, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A proxy that leads every host to `target`, tunnelled or not. */
async function startProxy(t: TestContext, target: number): Promise<{ readonly url: string; readonly hosts: string[] }> {
  const hosts: string[] = [];
  const proxy = createServer((request, response) => {
    const url = new URL(request.url ?? '');
    hosts.push(url.host);
    void fetch(`http://127.0.0.1:${target}${url.pathname}`).then(async (answer) =>
      response.writeHead(answer.status).end(await answer.text()),
    );
  });
  proxy.on('connect', (request, socket) => {
    hosts.push(request.url ?? '');
    const upstream = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const each of [upstream, socket]) each.on('error', () => upstream.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, hosts };
}

describe('KBGAP_ISSUERS', () => {
  it("honours an issuer's tokens, whose keys are read through the proxy of the environment", async (t) => {
    const provider = await OpenIdProvider.start();
    t.after(() => provider.stop());
    const { port } = new URL(provider.address);
    const proxy = await startProxy(t, Number(port));
    provider.issuer = 'http://idp.invalid/realms/fleet';
    provider.shownAddress = provider.issuer;
    const settings = { issuer: provider.issuer, allowHttp: true, audience: 'kbgap', tenant: 'default' };
    const server = await startServer(['serve', '--data', temporaryFolder(t)], {
      KBGAP_ISSUERS: JSON.stringify(settings),
      HTTP_PROXY: proxy.url,
      http_proxy: proxy.url,
      NO_PROXY: '',
      no_proxy: '',
    });
    t.after(() => server.stop());
    const exp = Math.floor(Date.now() / 1000) + 600;
    const token = await provider.sign({ aud: 'kbgap', azp: 'siem', exp, roles: ['Machine.Read.All'] });
    const answer = await fetch(`${server.url}/api/machines`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 200, await answer.text());
    assert.ok(
      proxy.hosts.length > 0 && proxy.hosts.every((host) => host.startsWith('idp.invalid')),
      String(proxy.hosts),
    );
  });

  it('that are wrong: the server does not start, and says all that is', async (t) => {
    const { code, stderr } = await kbgap(['serve', '--port', '0', '--data', temporaryFolder(t)], '', {
      KBGAP_ISSUERS: '{"issuer":"http://idp.example"}',
    });
    assert.equal(code, 2);
    assert.match(stderr, /^kbgap: KBGAP_ISSUERS: the issuer: issuer: expected an https address/);
    assert.match(stderr, /\nKBGAP_ISSUERS: the issuer: audience: expected/);
  });
});
