import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readIssuers } from './read-issuers.ts';

const entra = {
  issuer: 'https://login.microsoftonline.com/8769b673-6805-6789-9f77-12345678abcd/v2.0',
  alsoIssuedAs: 'https://sts.windows.net/8769b673-6805-6789-9f77-12345678abcd/',
  audience: 'api://kbgap',
  tenant: 'default',
};

describe('KBGAP_ISSUERS', () => {
  it('is JSON, one or several, or a file of it', (t) => {
    const [one] = readIssuers(JSON.stringify(entra));
    assert.deepEqual(one, {
      issuers: [entra.issuer, entra.alsoIssuedAs],
      discoveryUrl: `${entra.issuer}/.well-known/openid-configuration`,
      audiences: ['api://kbgap'],
      tenant: { kind: 'fixed', tenant: 'default' },
      roleClaims: [['roles'], ['scp']],
      allowHttp: false,
    });
    const file = join(temporaryFolder(t), 'issuers.json');
    writeFileSync(
      file,
      JSON.stringify([entra, { ...entra, issuer: 'http://127.0.0.1:9/realms/a/', alsoIssuedAs: [] }]),
    );
    assert.equal(readIssuers(file)[1]?.discoveryUrl, 'http://127.0.0.1:9/realms/a/.well-known/openid-configuration');
  });

  it('lets people sign in by an application that is registered there', () => {
    const of = (signIn: unknown): unknown => readIssuers(JSON.stringify({ ...entra, signIn }))[0]?.signIn;
    assert.deepEqual(of({ name: 'Company SSO', clientId: 'page' }), {
      id: 'company-sso',
      name: 'Company SSO',
      clientId: 'page',
      scope: 'openid profile email',
    });
    assert.deepEqual(of({ name: '公司', clientId: 'page', clientSecret: 's', scope: 'openid groups' }), {
      id: 'provider',
      name: '公司',
      clientId: 'page',
      clientSecret: 's',
      scope: 'openid groups',
    });
    for (const [signIn, message] of [
      [true, /signIn: expected \{ "name"/],
      [{ name: 'x' }, /signIn\.clientId: expected text, got nothing/],
      [{ name: 'x', clientId: 7 }, /signIn\.clientId: expected text/],
      [{ name: 'x', clientId: 'p', secret: 'hush' }, /signIn: expected fields out of .*, got "secret"/],
      [{ name: 'x', clientId: 'p', scope: 'profile' }, /signIn\.scope: expected openid/],
    ] as const)
      assert.throws(() => of(signIn), message);
    const twice = [entra, { ...entra, issuer: 'https://b.example', alsoIssuedAs: [] }].map((issuer) => ({
      ...issuer,
      signIn: { name: 'SSO', clientId: 'p' },
    }));
    assert.throws(() => readIssuers(JSON.stringify(twice)), /signIn\.name: expected each name once/);
  });

  it('knows roles and tenants by the names of others', () => {
    const [issuer] = readIssuers(
      JSON.stringify({
        ...entra,
        tenant: { claim: 'tid', tenants: { 'ABC-1': 'customer' } },
        roles: {
          claims: ['realm_access.roles', ['a.b', 'c'], 'https://x.example/roles'],
          map: { reader: 'software.read.all' },
        },
      }),
    );
    assert.deepEqual(issuer?.tenant, { kind: 'claim', claim: ['tid'], tenants: new Map([['abc-1', 'customer']]) });
    assert.deepEqual(issuer.roleClaims, [['realm_access', 'roles'], ['a.b', 'c'], ['https://x.example/roles']]);
    assert.deepEqual(issuer.roleMap, new Map([['reader', ['Software.Read.All']]]));
  });

  const wrong: readonly [says: string, setting: string, message: RegExp][] = [
    ['no JSON', '{', /expected JSON: /],
    ['no file', '/nowhere/issuers.json', /cannot be read/],
    ['a number', '[1]', /issuer 1: expected an object, got 1/],
    [
      'plain HTTP',
      JSON.stringify({ ...entra, issuer: 'http://idp.example' }),
      /issuer: expected an https address .*allowHttp/,
    ],
    [
      'a password in an address',
      JSON.stringify({ ...entra, discovery: 'https://u:p@idp.example/x' }),
      /discovery: expected an https/,
    ],
    ['no audience', JSON.stringify({ ...entra, audience: undefined }), /audience: expected/],
    ['no tenant', JSON.stringify({ ...entra, tenant: undefined }), /tenant: expected the name/],
    ['a field nobody knows', JSON.stringify({ ...entra, audiences: 'x' }), /got "audiences"/],
    [
      'a role nobody knows',
      JSON.stringify({ ...entra, roles: { map: { reader: 'Sofware.Read.All' } } }),
      /got "Sofware.Read.All"/,
    ],
    ['one issuer twice', JSON.stringify([entra, entra]), /twice/],
    [
      'all tenants of Entra ID as one',
      JSON.stringify({
        ...entra,
        issuer: 'https://login.microsoftonline.com/{tid}/v2.0',
        discovery: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
      }),
      /\{tid\} lets in tenants of others/,
    ],
    [
      'a place without a document',
      JSON.stringify({
        ...entra,
        issuer: 'https://login.microsoftonline.com/{tid}/v2.0',
        tenant: { claim: 'tid', tenants: { a: 'default' } },
      }),
      /discovery: expected an address/,
    ],
  ];
  for (const [says, setting, message] of wrong)
    it(`refuses ${says}`, () => {
      assert.throws(() => readIssuers(setting), { code: 'issuer-settings', message });
    });

  it('tells all mistakes at once', () => {
    assert.throws(
      () => readIssuers(JSON.stringify({ issuer: 'x', roles: { claims: [] } })),
      ({ message }: Error) => message.split('\n').length >= 4,
    );
  });
});
