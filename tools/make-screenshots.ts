import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { startServer } from '../test/support/server.ts';

// `node tools/make-screenshots.ts`: docs/images/ anew, of the demo fleet as `kbgap demo` shows it.

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const viewport = { width: 1280, height: 860 };

interface Shot {
  readonly name: string;
  readonly address: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

const shots: readonly Shot[] = [
  { name: 'overview', address: '/' },
  {
    name: 'update',
    address: '/updates',
    prepare: async (page) =>
      await page
        .getByRole('link', { name: /^KB\d+$/ })
        .first()
        .click(),
  },
  {
    name: 'device',
    address: '/devices?q=laptop-01',
    async prepare(page) {
      await page.getByRole('link', { name: /^laptop-01/ }).click();
      await page
        .getByRole('button', { name: /^Why KB/ })
        .first()
        .click();
      await page.getByRole('heading', { name: 'Because' }).waitFor();
    },
  },
];

const server = await startServer(['demo']);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const token = server.line['token'] ?? '';
  const { clientId, clientSecret } = await makeClient(server.url, token);
  mkdirSync(folder, { recursive: true });
  for (const { name, address, prepare } of shots) {
    const page = await browser.newPage({ viewport, locale: 'en-GB', reducedMotion: 'reduce' });
    await page.goto(server.url + address);
    await page.getByLabel('Client id').fill(clientId);
    await page.getByLabel('Client secret').fill(clientSecret);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await prepare?.(page);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: `${folder}${name}.png` });
    await page.close();
  }
} finally {
  await browser.close();
  await server.stop();
}

async function makeClient(
  url: string,
  token: string,
): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
  const answer = await fetch(`${url}/v1/clients`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'screenshots', roles: ['Software.Read.All'] }),
  });
  if (answer.status !== 200) throw new Error(`expected a client, got ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as { readonly clientId: string; readonly clientSecret: string };
}
