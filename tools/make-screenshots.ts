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
    address: '/updates?install=true',
    async prepare(page) {
      const updates = page.getByRole('link', { name: /^KB\d+$/ });
      await updates.first().click();
      await page.getByRole('heading', { name: /^What it fixes/ }).waitFor();
    },
  },
  {
    name: 'device',
    address: '/devices?q=laptop-01',
    async prepare(page) {
      await page.getByRole('link', { name: /^laptop-01/ }).click();
      const reasons = page.getByRole('button', { name: /^Why KB/ });
      await reasons.first().click();
      await page.getByRole('heading', { name: 'Because' }).waitFor();
    },
  },
];

const server = await startServer(['demo']);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  mkdirSync(folder, { recursive: true });
  const context = await browser.newContext({ viewport, locale: 'en-GB', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(server.line['page'] ?? '');
  await page.getByRole('heading', { level: 1 }).waitFor();
  for (const { name, address, prepare } of shots) {
    await page.goto(server.url + address);
    await page.waitForLoadState('networkidle');
    await prepare?.(page);
    await page.mouse.move(0, 0);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: `${folder}${name}.png` });
  }
} finally {
  await browser.close();
  await server.stop();
}
