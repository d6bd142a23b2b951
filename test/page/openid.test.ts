import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OpenIdProvider } from '../support/openid-provider.ts';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { assertAccessible } from './accessibility.ts';
import { assertQuiet, needsBrowser, openPage, settled } from './browser.ts';

// A person signs in by the page's own button: to the provider and back, with PKCE, as the browser does it.

const reader = { sub: 'user-1', groups: ['readers'], preferred_username: 'auditor' };

describe('signing in by an OpenID provider, in the browser', needsBrowser(), () => {
  let provider: OpenIdProvider;
  let server: ServerProcess;

  before(async () => {
    provider = await OpenIdProvider.start();
    const issuer = {
      issuer: provider.address,
      audience: 'kbgap',
      tenant: 'default',
      roles: { claims: ['groups'], map: { readers: ['Machine.Read.All', 'Software.Read.All'] } },
      signIn: { name: 'Company SSO', clientId: 'kbgap-page' },
    };
    server = await startServer(['serve', '--data', temporaryFolder({ after })], {
      KBGAP_ISSUERS: JSON.stringify(issuer),
    });
  });
  after(async () => {
    await server.stop();
    provider.stop();
  });

  /** At the sign-in of the page, and what the browser asks the provider for from there on. */
  async function atSignIn(path: string) {
    const watched = await openPage();
    const asked: URL[] = [];
    watched.page.on('request', (request) => {
      if (request.url().startsWith(`${provider.address}/authorize`)) asked.push(new URL(request.url()));
    });
    await watched.page.goto(server.url + path);
    const button = watched.page.getByRole('link', { name: 'Sign in with Company SSO' });
    await button.waitFor();
    return { ...watched, asked, button };
  }

  it('leads there and back to where one wanted to go, and leaves nothing behind', async () => {
    provider.user = reader;
    const { page, complaints, asked, button } = await atSignIn('/devices?sort=-missing');
    await assertAccessible(page);
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor();
    await settled(page);
    assert.equal(page.url(), `${server.url}/devices?sort=-missing`);
    assert.equal(asked[0]?.searchParams.get('code_challenge_method'), 'S256');
    assert.equal(asked[0].searchParams.get('redirect_uri'), `${server.url}/v1/session/callback`);
    const cookies = await page.context().cookies();
    assert.deepEqual(
      cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]),
      [['kbgap-session', true, 'Strict']],
    );
    const kept = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie');
    const secrets = cookies.map(({ value }) => value).concat(asked[0].searchParams.get('state') ?? '-');
    for (const secret of secrets) assert.ok(!String(kept).includes(secret), String(kept));
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByText('auditor, tenant default').waitFor();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await button.waitFor();
    assertQuiet({ page, complaints });
    await page.context().close();
  });

  for (const [says, user, shown] of [
    ['who has no role here', { ...reader, groups: [] }, 'You are known to the provider, but have no role here.'],
    ['a token for another application', { ...reader, aud: 'other' }, 'The provider could not sign you in.'],
  ] as const)
    it(`says so of ${says}, and offers the sign-in again`, async () => {
      provider.user = user;
      const { page, button } = await atSignIn('/updates');
      await button.click();
      await page.getByText(shown).waitFor();
      await button.waitFor();
      assert.deepEqual(await page.context().cookies(), []);
      await page.context().close();
    });
});
