import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { startServer } from '../support/server.ts';
import { needsShared, sharedPath } from '../support/shared.ts';
import { assertAccessible } from './accessibility.ts';
import { assertQuiet, needsBrowser, openPage, settled } from './browser.ts';
import type { StorageState, WatchedPage } from './browser.ts';

// The page as a user has it after `npm run demo`: the server's own answers about the demo fleet.

type StartedServer = Awaited<ReturnType<typeof startServer>>;

const views: readonly (readonly [path: string, heading: string])[] = [
  ['/', 'Overview'],
  ['/updates', 'Updates'],
  ['/devices', 'Devices'],
  ['/devices/laptop-01.demo.example', 'laptop-01.demo.example'],
  ['/cves', 'CVEs'],
  ['/catalogue', 'Catalogue'],
  ['/import', 'Import'],
  ['/access', 'Access'],
];

describe('the page on the demo fleet', needsBrowser(), () => {
  let server: StartedServer;
  let state: StorageState;

  before(async () => {
    const started = await startServer(['demo']);
    server = started;
    const { page } = await openPage();
    await page.goto(started.line['page'] ?? '');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    assert.equal(page.url(), `${started.url}/`); // nothing of the link is left in the address
    state = await page.context().storageState();
    await page.context().close();
  });
  after(async () => await server.stop());

  async function signedIn(path: string, scheme: 'light' | 'dark' = 'light'): Promise<WatchedPage> {
    const watched = await openPage({ scheme, state });
    await watched.page.goto(server.url + path);
    await watched.page.getByRole('heading', { level: 1 }).waitFor();
    return watched;
  }

  for (const scheme of ['light', 'dark'] as const) {
    it(`each view in ${scheme}: shown, without complaint or violation`, async () => {
      const watched = await signedIn('/', scheme);
      const { page } = watched;
      for (const [path, heading] of views) {
        await page.goto(server.url + path);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        await settled(page);
        await assertAccessible(page);
      }
      assertQuiet(watched);
      await page.context().close();
    });
  }

  it('every number of the overview leads to a list of as many, and the list says how many were judged', async () => {
    const { page } = await signedIn('/');
    await settled(page);
    const links = (await page
      .getByRole('main')
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.textContent]))) as [string, string][];
    const lists = links.filter(([href]) => /^\/(?:devices|cves|updates)(?:\?|$)/.test(href));
    assert.ok(lists.length > 30);
    for (const [href, text] of lists.filter(([, each]) => /\d/.test(each))) {
      // A list asks the server by the filters of its address.
      const answer = (await (await page.request.get(`${server.url}/v1${href}`)).json()) as { readonly total: number };
      const count = answer.total.toLocaleString('en');
      assert.match(text, new RegExp(`(?:^|[^\\d,])${count}(?:$|[^\\d,])`), `${text} leads to ${count} at ${href}`);
    }
    await page.getByRole('link', { name: /^Nothing missing/ }).click();
    await page.getByText('1 device', { exact: true }).waitFor();
    await page.getByText('1 assessed, 0 partly, 0 not assessed; of the whole fleet: 9 of 10 devices judged').waitFor();
    await page.context().close();
  });

  it('a filtered list is shared by its address', async () => {
    const { page } = await signedIn('/devices');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Coverage').selectOption('assessed');
    await page.waitForURL(/coverage=assessed/);
    await page.getByLabel('Filter by text').fill('laptop');
    await page.waitForURL(/q=laptop/);
    await settled(page);
    const rows = await page.getByRole('table', { name: 'Devices' }).getAttribute('aria-rowcount');
    const other = await signedIn(page.url().slice(server.url.length));
    await settled(other.page);
    assert.equal(await other.page.getByRole('table', { name: 'Devices' }).getAttribute('aria-rowcount'), rows);
    await other.page.getByText('Coverage: Assessed').waitFor();
    await Promise.all([page.context().close(), other.page.context().close()]);
  });

  it('says why an update is missing', async () => {
    const watched = await signedIn('/devices/laptop-01.demo.example');
    const { page } = watched;
    await page
      .getByRole('button', { name: /^Why KB/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Because' }).waitFor();
    const why = page.getByRole('group', { name: /^Why KB/ });
    assert.match((await why.textContent()) ?? '', /10\.0\.26100\.8457/);
    assertQuiet(watched);
    await page.context().close();
  });

  it('finds a device by the search', async () => {
    const { page } = await signedIn('/');
    await page.keyboard.press('/');
    await page.keyboard.type('laptop-02');
    await page.getByRole('option', { name: /laptop-02/ }).click();
    await page.getByRole('heading', { level: 1, name: 'laptop-02.demo.example' }).waitFor();
    await page.context().close();
  });

  for (const [format, item, start] of [
    ['csv', /CSV/, /^deviceId,name,/],
    ['xlsx', /Excel/, /^PK/],
  ] as const) {
    it(`exports the filtered list as ${format}`, async () => {
      const { page } = await signedIn('/devices?q=laptop');
      await settled(page);
      await page.getByRole('button', { name: 'Export' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: item }).click(),
      ]);
      assert.match(download.suggestedFilename(), new RegExp(`\\.${format}$`));
      const text = readFileSync(await download.path(), format === 'csv' ? 'utf8' : 'latin1').replace('\uFEFF', '');
      assert.match(text, start);
      if (format === 'csv') assert.match(text, /laptop-01\.demo\.example/);
      await page.context().close();
    });
  }

  it('shows what it understood of a real systeminfo before it stores it', needsShared(), async () => {
    const watched = await signedIn('/import');
    const { page } = watched;
    const host = readFileSync(sharedPath('hosts', '10_21H1_x64_enterprise_systeminfo.txt'));
    await page.locator('input[type=file]').setInputFiles([
      { name: 'host.txt', mimeType: 'text/plain', buffer: host },
      { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.from('not a report at all') },
      { name: `${'n'.repeat(200)}.csv`, mimeType: 'text/csv', buffer: Buffer.from('a,b,c\n1,2,3\n') },
    ]);
    await page.getByText('1 host understood').first().waitFor();
    await page.getByRole('heading', { level: 2, name: 'nothing.txt' }).waitFor();
    assert.equal(await page.getByText('No host understood, 1 report refused').count(), 2);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 1280);
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Store 1 host' }).click();
    await page.getByText('1 host stored').waitFor();
    await page.getByRole('link', { name: 'To the devices' }).click();
    await page.getByText(/^11 devices$/).waitFor();
    assertQuiet(watched);
    await page.context().close();
  });

  it('a link that signs in works once', async () => {
    const { page } = await openPage();
    await page.goto(server.line['page'] ?? '');
    await page.getByText('The link was used before').waitFor();
    await page.context().close();
  });

  it('makes a client that signs in and out, and is revoked', async () => {
    const operator = await signedIn('/access');
    const { page } = operator;
    await page.getByLabel('Name').fill('connector');
    await page.getByRole('checkbox', { name: 'Software.Read.All' }).check();
    await page.getByRole('button', { name: 'Create client' }).click();
    await page.getByText('The secret of connector').waitFor();
    const [, clientId = '', clientSecret = ''] = await page.getByRole('status').locator('code').allTextContents();
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByText('The secret of connector').waitFor({ state: 'detached' });
    assert.equal(await page.getByText(clientSecret).count(), 0);
    await signInAndOut(clientId, clientSecret);
    await page.getByRole('button', { name: 'Revoke connector' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText(/^Revoked /).waitFor();
    assertQuiet(operator);
    await page.context().close();
  });

  /** Shows the fleet, and nothing of it after signing out, whatever is asked of the browser. */
  async function signInAndOut(clientId: string, clientSecret: string): Promise<void> {
    const { page } = await openPage();
    await page.goto(`${server.url}/devices`);
    await page.getByLabel('Client id').fill(clientId);
    await page.getByLabel('Client secret').fill(clientSecret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'laptop-01.demo.example' }).waitFor();
    const kept = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie');
    assert.doesNotMatch(String(kept), new RegExp(`${clientSecret}|session`));
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Client secret').waitFor();
    await page.goto(`${server.url}/devices/laptop-01.demo.example`);
    await page.getByLabel('Client secret').waitFor();
    await page.context().close();
  }
});
