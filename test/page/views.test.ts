import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { assertAccessible } from './accessibility.ts';
import { answerWith } from './answer-with.ts';
import { assertQuiet, needsBrowser, openPage, settled } from './browser.ts';

// Each view with made-up answers: nothing that the browser complains of, nothing that axe finds, nothing wider than a small phone.

const device = `/devices/${'2'.padStart(40, '0')}`;

const views: readonly (readonly [path: string, heading: string])[] = [
  ['/', 'Overview'],
  ['/updates', 'Updates'],
  ['/updates/5094126', 'KB5094126'],
  ['/devices?coverage=assessed', 'Devices'],
  [device, 'host-000001.example'],
  ['/cves', 'CVEs'],
  ['/cves/CVE-2026-20001', 'CVE-2026-20001'],
  ['/catalogue?document=2026-Jun', 'Catalogue'],
  ['/import', 'Import'],
  ['/access', 'Access'],
  ['/nowhere/at/all', 'There is no such view'],
];

describe('each view of the page', needsBrowser(), () => {
  let server: ServerProcess;
  before(async () => {
    server = await startServer(['demo']);
  });
  after(async () => await server.stop());

  for (const scheme of ['light', 'dark'] as const) {
    for (const [path, heading] of views.slice(0, -1)) {
      it(`${path} in ${scheme}: shown, without complaint or violation`, async () => {
        const watched = await openPage({ scheme });
        const { page } = watched;
        await answerWith(page);
        await page.goto(server.url + path);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        await settled(page);
        assert.match(await page.title(), new RegExp(`^${heading.replaceAll('.', '\\.')} · kbgap$`));
        if (path === device) await page.getByRole('button', { name: 'Why KB5094126' }).click();
        if (path === device) await page.getByText('KB5094126 brings this branch').waitFor();
        await assertAccessible(page);
        assertQuiet(watched);
        await page.context().close();
      });
    }
  }

  it('none is wider than a small phone', async () => {
    const { page } = await openPage({ width: 360, height: 740 });
    await answerWith(page);
    for (const [path, heading] of views.slice(0, -1)) {
      await page.goto(server.url + path);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await settled(page);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      assert.equal(width, 360, `${path} is ${String(width)} pixels wide`);
    }
    await page.context().close();
  });

  it('are open menus and filters accessible too', async () => {
    const watched = await openPage();
    const { page } = watched;
    await answerWith(page);
    await page.goto(`${server.url}/devices?coverage=assessed`);
    for (const name of ['Filters (1)', 'Columns', 'Export', 'Colours', 'Language', 'Account']) {
      await page.getByRole('button', { name, exact: true }).click();
      await assertAccessible(page);
      await page.keyboard.press('Escape');
    }
    assertQuiet(watched);
    await page.context().close();
  });
});
