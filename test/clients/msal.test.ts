import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as send } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { ConfidentialClientApplication, ServerError } from '@azure/msal-node';
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { readMissingKbs, startTlsServer } from '../support/tls-server.ts';

const server = await startTlsServer();
const { url, tenantId, clientId, clientSecret } = server;
const scopes = ['https://api.securitycenter.microsoft.com/.default'];

function application(secret: string, authority = `${url}/${tenantId}`): ConfidentialClientApplication {
  return new ConfidentialClientApplication({
    auth: { clientId, clientSecret: secret, authority, knownAuthorities: [new URL(url).host] },
  });
}

describe('@azure/msal-node', () => {
  it('gets a token over TLS and reads what a device lacks', async () => {
    const result = await application(clientSecret).acquireTokenByClientCredential({ scopes });
    assert.ok(result !== null);
    assert.equal(result.tokenType, 'Bearer');
    assert.ok((result.expiresOn?.getTime() ?? 0) > Date.now());
    const missing = await readMissingKbs(server, result.accessToken);
    assert.ok(missing.length > 0);
    assert.ok(missing.every(({ id, osBuild }) => /^\d{7}$/.test(id) && osBuild === 26100));
  });

  it('names the tenant as it likes, and asks for our own address', async () => {
    const result = await application(clientSecret, `${url}/default`).acquireTokenByClientCredential({
      scopes: [`${url}/.default`],
    });
    assert.ok((await readMissingKbs(server, result?.accessToken ?? '')).length > 0);
  });

  it('takes a token out of its cache the second time', async () => {
    const app = application(clientSecret);
    const first = await app.acquireTokenByClientCredential({ scopes });
    const second = await app.acquireTokenByClientCredential({ scopes });
    assert.deepEqual([first?.fromCache, second?.fromCache], [false, true]);
    assert.equal(second?.accessToken, first?.accessToken);
  });

  const failures: readonly [says: string, ask: () => Promise<unknown>, error: string, number: number][] = [
    [
      'a wrong secret',
      () => application('wrong').acquireTokenByClientCredential({ scopes }),
      'invalid_client',
      7000215,
    ],
    [
      'another resource',
      () =>
        application(clientSecret).acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] }),
      'invalid_resource',
      500011,
    ],
  ];
  for (const [says, ask, error, number] of failures)
    it(`shows what Entra ID would have said of ${says}`, async () => {
      await assert.rejects(ask, (thrown: unknown) => {
        assert.ok(thrown instanceof ServerError, String(thrown));
        assert.equal(thrown.errorCode, error);
        assert.match(thrown.errorMessage, new RegExp(`AADSTS${number}`));
        return true;
      });
    });

  it('of an unknown tenant', async () => {
    await assert.rejects(
      application(clientSecret, `${url}/nobody`).acquireTokenByClientCredential({ scopes }),
      /AADSTS90002|endpoints_resolution_error/,
    );
  });

  it("reaches us where login.microsoftonline.com is led here, as clients' built-in authority needs it", async () => {
    const app = new ConfidentialClientApplication({
      auth: { clientId, clientSecret, authority: `https://login.microsoftonline.com/${tenantId}` },
      system: { networkClient: new LedHere() },
    });
    const result = await app.acquireTokenByClientCredential({ scopes });
    assert.ok((await readMissingKbs(server, result?.accessToken ?? '')).length > 0);
  });

  it('asks us which authority an unknown host is, where it is led here for that', async () => {
    const network = new LedHere();
    const app = new ConfidentialClientApplication({
      auth: { clientId, clientSecret, authority: `https://signin.example/${tenantId}` },
      system: { networkClient: network },
    });
    const result = await app.acquireTokenByClientCredential({ scopes });
    assert.ok((await readMissingKbs(server, result?.accessToken ?? '')).length > 0);
    assert.ok(network.paths.includes('/common/discovery/instance'), String(network.paths));
  });
});

/** As with an entry in the hosts file: every name is our address. */
class LedHere implements INetworkModule {
  readonly paths: string[] = [];

  sendGetRequestAsync<T>(to: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('GET', to, options);
  }

  sendPostRequestAsync<T>(to: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('POST', to, options);
  }

  async #send<T>(method: string, to: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    const { host, pathname, search } = new URL(to);
    this.paths.push(pathname);
    const request = send({
      method,
      host: 'localhost',
      servername: 'localhost',
      port: new URL(url).port,
      path: pathname + search,
      headers: { ...options?.headers, host },
    });
    request.end(options?.body ?? '');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const text = Buffer.concat(await response.toArray()).toString('utf8');
    return { headers: {}, status: response.statusCode ?? 0, body: JSON.parse(text) as T };
  }
}
