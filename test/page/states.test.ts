import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { assertAccessible } from './accessibility.ts';
import { answerWith, deviceCount, refusal } from './answer-with.ts';
import type { Answers } from './answer-with.ts';
import { assertQuiet, needsBrowser, openPage, settled } from './browser.ts';
import { deviceRow, nothingJudged, nothingThere, stretch } from './made-up-answers.ts';
import { cleanDevice, imported, notJudgedDevice, preview } from './made-up-details.ts';

// What a fleet of the demo's size and luck never shows: empty, failed, unjudged, and a million rows.

const device = `/devices/${'2'.padStart(40, '0')}`;
const noRows = (address: string): object =>
  stretch(address, 0, () => ({}), { coverage: { assessed: 0, partlyAssessed: 0, notAssessed: 0 } });

interface State {
  readonly says: string;
  readonly path: string;
  readonly answers: Answers;
  /** Shown, all of it. */
  readonly shown: readonly string[];
  readonly hidden?: readonly string[];
}

const states: readonly State[] = [
  {
    says: 'a tenant without devices is led to the import',
    path: '/',
    answers: [[/\/v1\/overview/, nothingThere]],
    shown: ['No devices yet', 'Import a report'],
    hidden: ['Nothing missing'],
  },
  {
    says: 'where nothing could be judged, "nothing missing" has no number',
    path: '/',
    answers: [[/\/v1\/overview/, nothingJudged]],
    shown: ['no device could be judged', 'Neither revision nor update list reported'],
    hidden: ['on 0 devices', 'No update is missing on what was judged.'],
  },
  {
    says: 'an empty list of updates says how much was judged',
    path: '/updates',
    answers: [[/\/v1\/updates\?/, noRows]],
    shown: ['No update is missing', '793 of 816 devices judged'],
  },
  {
    says: 'an empty list of updates says that nothing could be judged, where that is so',
    path: '/updates',
    answers: [
      [/\/v1\/updates\?/, noRows],
      [/\/v1\/overview/, nothingJudged],
    ],
    shown: ['Nothing could be judged'],
    hidden: ['No update is missing'],
  },
  {
    says: 'so does one of CVEs',
    path: '/cves',
    answers: [
      [/\/v1\/cves\?/, noRows],
      [/\/v1\/overview/, nothingJudged],
    ],
    shown: ['Nothing could be judged'],
    hidden: ['No CVE is open'],
  },
  {
    says: 'an empty list of CVEs leads to the import, where there are no devices',
    path: '/cves',
    answers: [
      [/\/v1\/cves\?/, noRows],
      [/\/v1\/overview/, nothingThere],
    ],
    shown: ['No devices yet', 'Import a report'],
    hidden: ['No CVE is open'],
  },
  {
    says: 'an empty list says that its filters are the cause',
    path: '/cves?severity=Low',
    answers: [[/\/v1\/cves\?/, noRows]],
    shown: ['Nothing fits these filters', 'Clear filters'],
  },
  {
    says: 'devices of which none was judged are not a clean list',
    path: '/devices?reason=no-patch-evidence',
    answers: [
      [
        /\/v1\/devices\?/,
        (address) => stretch(address, 0, () => ({}), { coverage: { assessed: 0, partlyAssessed: 0, notAssessed: 3 } }),
      ],
    ],
    shown: ['Nothing could be judged'],
  },
  {
    says: 'a filtered list tells how well those are judged that it lists, and how many were judged at all',
    path: '/devices?clean=true',
    answers: [
      [
        /\/v1\/devices\?/,
        (address) => stretch(address, 1, deviceRow, { coverage: { assessed: 1, partlyAssessed: 0, notAssessed: 0 } }),
      ],
    ],
    shown: ['1 device', '1 assessed, 0 partly, 0 not assessed; of the whole fleet: 793 of 816 devices judged'],
  },
  {
    says: 'a device that was not judged lacks nothing that is known, and is not called clean',
    path: device,
    answers: [[/\/v1\/devices\/[0-9a-f]+$/, notJudgedDevice]],
    shown: ['Nothing could be judged', 'This device was not judged'],
    hidden: ['Nothing to install'],
  },
  {
    says: 'a device that was judged and lacks nothing is',
    path: device,
    answers: [[/\/v1\/devices\/[0-9a-f]+$/, cleanDevice]],
    shown: ['Nothing to install', 'Every product found was judged'],
  },
];

const refusals: readonly State[] = [
  {
    says: 'what is not there',
    path: '/updates/1',
    answers: [[/\/v1\/updates\/\d+/, refusal(404, 'ResourceNotFound', 'No update 1.')]],
    shown: ['There is nothing of this name', 'No update 1.'],
  },
  {
    says: 'what an address asks for that there is not, and takes it off again',
    path: '/devices?sort=nothing',
    answers: [[/\/v1\/devices\?.*sort=nothing/, refusal(400, 'InvalidInput', 'sort: expected one of name.')]],
    shown: ['sort: expected one of name.', 'Clear filters'],
  },
  {
    says: 'what the role does not open',
    path: '/updates',
    answers: [[/\/v1\/updates\?/, refusal(403, 'Forbidden', 'Needs Software.Read.All.')]],
    shown: ['It lacks a role', 'Try again'],
  },
];

describe('states of the page', needsBrowser(), () => {
  let server: ServerProcess;
  before(async () => {
    server = await startServer(['demo']);
  });
  after(async () => await server.stop());

  async function open(path: string, answers: Answers = [], locale = 'en-GB') {
    const watched = await openPage({ locale });
    await answerWith(watched.page, answers);
    await watched.page.goto(server.url + path);
    await settled(watched.page);
    return watched;
  }

  for (const { says, path, answers, shown, hidden = [] } of states) {
    it(says, async () => {
      const watched = await open(path, answers);
      await assertShown(watched.page, shown, hidden);
      assertQuiet(watched);
      await watched.page.context().close();
    });
  }

  for (const { says, path, answers, shown } of refusals) {
    it(`says ${says}, in words`, async () => {
      const { page } = await open(path, answers);
      await assertShown(page, shown, []);
      await page.context().close();
    });
  }

  it('a server that does not answer is told from one that refuses, and asked again', async () => {
    const { page } = await open('/updates');
    await page.route(/\/v1\/cves/, async (route) => await route.abort());
    await page.getByRole('link', { name: 'CVEs', exact: true }).click();
    await page.getByText('The server did not answer').waitFor();
    await page.unroute(/\/v1\/cves/);
    await answerWith(page);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('512 CVEs').waitFor();
    await page.context().close();
  });

  it('of a million devices the first and the last are reached, and only those in sight exist', async () => {
    const watched = await open('/devices');
    const { page } = watched;
    const table = page.getByRole('table', { name: 'Devices' });
    assert.equal(await table.getAttribute('aria-rowcount'), String(deviceCount + 1));
    await page.getByRole('link', { name: 'host-000000.example' }).waitFor();
    await page
      .getByRole('region', { name: /Devices/ })
      .evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.getByRole('link', { name: 'host-999999.example' }).waitFor();
    const last = page.getByRole('row').last();
    assert.equal(await last.getAttribute('aria-rowindex'), String(deviceCount + 1));
    assert.ok((await page.getByRole('row').count()) < 100);
    assertQuiet(watched);
    await page.context().close();
  });

  it('of a million devices those that have come go to paper, and no empty sheets', async () => {
    const { page } = await open('/devices');
    const paper = (await page.pdf({ format: 'A4', landscape: true })).toString('latin1');
    const sheets = [...paper.matchAll(/\/Type \/Page\b/g)].length;
    assert.ok(sheets > 1 && sheets < 20, `${sheets} sheets`);
    await page.context().close();
  });

  it('an address that asks for what there is not is left by one button', async () => {
    const { page } = await open('/devices?sort=nothing', [
      [/\/v1\/devices\?.*sort=nothing/, refusal(400, 'InvalidInput', 'sort: expected one of name.')],
    ]);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL(/\/devices$/);
    await page.getByRole('link', { name: 'host-000000.example' }).waitFor();
    await page.context().close();
  });

  it('of more rows than a sheet has, a workbook is not offered', async () => {
    const { page } = await open('/devices');
    await page.getByRole('button', { name: 'Export' }).click();
    const none = page.getByRole('menuitem', { name: /^Excel, at most 100,000 rows/ });
    await none.waitFor();
    assert.equal(await none.isDisabled(), true);
    await page.getByRole('menuitem', { name: /^CSV/ }).waitFor();
    await page.context().close();
  });

  it('sort, columns and filters stand in the address, and back takes them off again', async () => {
    const { page } = await open('/devices');
    await page.getByRole('button', { name: 'Open CVEs' }).click();
    await page.waitForURL(/\?sort=-openCves$/);
    await page.getByRole('link', { name: 'host-000002.example' }).click();
    await page.getByRole('heading', { level: 2, name: 'What to install' }).waitFor();
    await page.goBack();
    assert.equal(await page.getByRole('columnheader', { name: 'Open CVEs' }).getAttribute('aria-sort'), 'descending');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Tags' }).check();
    await page.waitForURL(/cols=[\w,]*tags/);
    await page.getByRole('columnheader', { name: 'Tags' }).waitFor();
    await page.reload();
    await page.getByRole('columnheader', { name: 'Tags' }).waitFor();
    await page.goBack();
    await page.waitForURL(/\?sort=-openCves$/);
    await page.goBack();
    await page.waitForURL(/\/devices$/);
    await page.context().close();
  });

  it('a filter of any text, and the verdict that was asked for, are in the address too', async () => {
    const watched = await open('/devices');
    const { page } = watched;
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Tag', { exact: true }).fill('site:north');
    await page.keyboard.press('Enter');
    await page.waitForURL(/tag=site%3Anorth/);
    await page.getByText('Tag: site:north').waitFor();
    await page.goto(server.url + device);
    await page.getByRole('textbox', { name: 'Why this, why not that' }).fill('kb 5094126');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('KB5094126 brings this branch').waitFor();
    await page.waitForURL(/why=kb\+5094126/);
    await page.getByRole('textbox', { name: 'Why this, why not that' }).fill('edge');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('Expected a KB number or a CVE').waitFor();
    assertQuiet(watched);
    await page.context().close();
  });

  it('is worked by the keyboard alone: skip link, search by /, menus', async () => {
    const { page } = await open('/', [
      [
        /\/v1\/search/,
        {
          q: 'host',
          devices: [{ deviceId: '2'.padStart(40, '0'), name: 'host-1', os: 'Windows 11 Pro', missing: 3 }],
          updates: [],
          cves: [{ id: 'CVE-2026-20001', severity: 'Critical', devices: 4 }],
          products: [],
        },
      ],
    ]);
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').textContent(), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator(':focus').getAttribute('id'), 'content');
    await page.keyboard.press('/');
    await page.keyboard.type('host');
    await page.getByRole('option', { name: /host-1/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/(cves\/CVE-2026-20001|devices\/0+2)$/);
    await page.context().close();
  });

  it('a file is shown as it was understood, named where it tells no name, and stored when one says so', async () => {
    const watched = await open('/import', [
      [/\/v1\/import\/preview/, preview],
      [/\/v1\/import\?/, imported],
    ]);
    const { page } = watched;
    await page.locator('input[type=file]').setInputFiles({
      name: 'hosts.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from('PK'),
    });
    await assertShown(page, ['1 host understood, 1 report refused', 'no name told', 'no reader knows it'], []);
    await assertShown(page, ['Neither revision nor update list reported'], []);
    await assertAccessible(page);
    await page.getByLabel('Name of the host').fill('PC1');
    await page.getByRole('button', { name: 'Read again with this name' }).click();
    await page.getByRole('cell', { name: 'PC1' }).waitFor();
    const [sent] = await Promise.all([
      page.waitForRequest(/\/v1\/import\?fileName=hosts\.zip&name=PC1$/),
      page.getByRole('button', { name: 'Store 1 host' }).click(),
    ]);
    assert.equal(sent.headers()['x-kbgap-csrf'], 'made-up');
    await assertShown(page, ['1 host stored', 'To the devices'], []);
    assertQuiet(watched);
    await page.context().close();
  });

  it('speaks Traditional Chinese to who reads it, and what is chosen is kept', async () => {
    const { page } = await open('/', [], 'zh-TW');
    await page.getByRole('heading', { level: 1, name: '總覽' }).waitFor();
    assert.equal(await page.evaluate('document.documentElement.lang'), 'zh-TW');
    await page.getByRole('button', { name: '語言' }).click();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.context().close();
  });

  it('who is not signed in gets the sign-in at every address, and lands where one wanted to go', async () => {
    const watched = await openPage();
    const { page } = watched;
    let isIn = false;
    await answerWith(page);
    await page.route(/\/v1\/session$/, async (route) => {
      const body = route.request().postDataJSON() as { readonly client_secret?: string } | null;
      if (route.request().method() === 'POST') isIn = body?.client_secret === 'right';
      if (route.request().method() === 'DELETE') {
        assert.equal(route.request().headers()['x-kbgap-csrf'], 'made-up');
        isIn = false;
      }
      await (isIn
        ? route.fallback()
        : route.fulfill({ status: 401, json: { error: { code: 'Unauthorized', message: 'No.', target: '' } } }));
    });
    await page.goto(`${server.url}/cves`);
    await page.getByLabel('Client id').fill('me');
    await page.getByLabel('Client secret').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('Id and secret do not fit').waitFor();
    await page.getByLabel('Client secret').fill('right');
    await page.keyboard.press('Enter');
    await page.getByText('512 CVEs').waitFor();
    assert.match(page.url(), /\/cves$/);
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Client id').waitFor();
    const kept = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })');
    assert.doesNotMatch(String(kept), /right|made-up/);
    assertQuiet(watched);
    await page.context().close();
  });
});

async function assertShown(page: Page, shown: readonly string[], hidden: readonly string[]): Promise<void> {
  for (const text of shown) await page.getByText(text).first().waitFor();
  for (const text of hidden) assert.equal(await page.getByText(text, { exact: true }).count(), 0, text);
}
