import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClientSecretCredential } from '@azure/identity';
import { readMissingKbs, startTlsServer } from '../support/tls-server.ts';

const server = await startTlsServer();
const { url, tenantId, clientId, clientSecret } = server;
const options = { authorityHost: url, disableInstanceDiscovery: true };
const scope = 'https://api.securitycenter.microsoft.com/.default';

describe('@azure/identity', () => {
  it('gets a token over TLS and reads what a device lacks', async () => {
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, options);
    const { token, expiresOnTimestamp } = await credential.getToken(scope);
    assert.ok(expiresOnTimestamp > Date.now());
    const missing = await readMissingKbs(server, token);
    assert.ok(missing.length > 0);
  });

  it('asks for the newest of the names of the API, and for its application id', async () => {
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, options);
    for (const resource of ['https://api.security.microsoft.com', 'fc780465-2017-40d4-a0c5-307022471b92'])
      assert.ok((await readMissingKbs(server, (await credential.getToken(`${resource}/.default`)).token)).length > 0);
  });

  it('tells its user of a wrong secret what Entra ID would have told', async () => {
    const credential = new ClientSecretCredential(tenantId, clientId, 'wrong', options);
    await assert.rejects(credential.getToken(scope), (error: unknown) => {
      assert.match(String(error), /^Authentication\w*Error: .*AADSTS7000215/s);
      return true;
    });
  });
});
