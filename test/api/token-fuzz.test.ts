import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { openApiServer } from '../support/api-server.ts';

const { server, application, tenant } = openApiServer();
const client = await application.createClient(tenant, 'siem', []);

const name = fc.oneof(
  fc.constantFrom('grant_type', 'client_id', 'client_secret', 'resource', 'scope', 'client_assertion', 'Grant_Type'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const value = fc.oneof(
  fc.constantFrom(
    'client_credentials',
    client.clientId,
    client.clientSecret,
    'https://api.securitycenter.microsoft.com',
    'https://api.securitycenter.microsoft.com/.default',
    '/.default',
    '__proto__',
    '%zz',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
const body = fc.oneof(
  fc
    .array(fc.tuple(name, value), { maxLength: 8 })
    .map((fields) => Buffer.from(new URLSearchParams(fields).toString())),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
/** What a header may hold, RFC 9110, section 5.5. */
const header = fc.oneof(
  fc.constantFrom(
    'application/x-www-form-urlencoded',
    'application/json',
    'Basic ',
    'Basic Og==',
    'Basic eA==',
    ';',
    '',
  ),
  fc.stringMatching(/^[\x20-\x7e]{0,60}$/),
);
const path = fc.oneof(
  fc.constantFrom('/default/oauth2/token', '/default/oauth2/v2.0/token'),
  fc.webSegment().map((segment) => `/${segment}/oauth2/token`),
);

it('whatever is sent for a token, the answer is a token or a refusal in the shape of OAuth', async () => {
  await fc.assert(
    fc.asyncProperty(path, body, header, header, async (url, payload, type, authorization) => {
      const answer = await server.inject({
        method: 'POST',
        url,
        payload,
        headers: { 'content-type': type, ...(authorization === '' ? {} : { authorization }) },
        remoteAddress: '192.0.2.1',
      });
      const said = answer.json<Record<string, unknown>>();
      if (answer.statusCode === 200) return assert.equal(said['token_type'], 'Bearer');
      // A path that is not this route is answered as everywhere else.
      if (answer.statusCode === 404 || !('error_codes' in said)) return assert.ok(answer.statusCode < 500, answer.body);
      assert.ok([400, 401, 413, 429].includes(answer.statusCode), answer.body);
      assert.match(String(said['error']), /^[a-z_]+$/);
      assert.match(String(said['error_description']), /^AADSTS\d+: /);
      return undefined;
    }),
    { numRuns: 500 },
  );
});
