/** `node bench/page-fleet.ts [--devices 100000]`: the page in front of a server with a made-up fleet: how soon what is asked for is shown. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { kbgap, startServer } from '../test/support/server.ts';
import { median, note, report } from './harness.ts';
import { importFleet } from './import-fleet.ts';
import { longestTask, watchTasks } from './watch-tasks.ts';

const { values } = parseArgs({ options: { devices: { type: 'string', default: '100000' } } });
const devices = Number(values.devices);
const runs = 5;
const longestTaskMs = 100;

interface Run {
  readonly longestMs: number;
  /** Of the overview and of each step. */
  readonly shownMs: readonly number[];
}

/** What is done in turn, and what is there when it is done. */
const steps: readonly (readonly [says: string, act: (page: Page) => Promise<unknown>])[] = [
  ['devices', (page) => page.getByRole('link', { name: 'Devices', exact: true }).click()],
  ['the last of them', (page) => scroll(page, 1)],
  ['sorted by open CVEs', (page) => page.getByRole('button', { name: 'Open CVEs' }).click()],
  ['the middle', (page) => scroll(page, 0.5)],
  ['filtered by text', (page) => page.getByLabel('Filter by text').fill('pc00')],
  ['updates', (page) => page.getByRole('link', { name: 'Updates', exact: true }).click()],
  ['CVEs', (page) => page.getByRole('link', { name: 'CVEs', exact: true }).click()],
  ['overview', (page) => page.getByRole('link', { name: 'Overview', exact: true }).click()],
];

const data = mkdtempSync(join(tmpdir(), 'kbgap-page-'));
const server = await startServer(['serve', '--data', data]);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const token = (await kbgap(['token', '--data', data])).stdout.trim();
  await importFleet(server.url, { authorization: `Bearer ${token}` }, { devices, states: 5000, seed: 7 });
  const measured: Run[] = [];
  for (let run = 0; run < runs; run += 1) measured.push(await work(browser));
  const longest = measured.map(({ longestMs }) => longestMs);
  const of = devices.toLocaleString('en');
  report(
    `page: longest task after the first paint, a server with ${of} devices`,
    `${median(longest)} ms (${longest.join(', ')})`,
    'at most 100 ms',
    median(longest) <= longestTaskMs,
  );
  for (const [index, says] of ['overview, from nothing', ...steps.map(([name]) => name)].entries())
    note(`shown after, median: ${says}: ${median(measured.map(({ shownMs }) => shownMs[index] ?? 0))} ms`);
} finally {
  await browser.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}

async function work(from: Browser): Promise<Run> {
  const context = await from.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await watchTasks(page);
  const { stdout } = await kbgap(['open', '--data', data, '--url', server.url, '--quiet']);
  const shownMs: number[] = [];
  const timed = async (act: () => Promise<unknown>): Promise<void> => {
    const start = performance.now();
    await act();
    await page.getByRole('table').first().waitFor();
    await page.getByText('Loading…').first().waitFor({ state: 'detached' });
    await page.locator('[aria-busy=true], [class*=awaited]').first().waitFor({ state: 'detached' });
    shownMs.push(Math.round(performance.now() - start));
  };
  await timed(() => page.goto(stdout.trim().split('\n')[0] ?? ''));
  for (const [, act] of steps) {
    await timed(() => act(page));
    await page.waitForTimeout(300);
  }
  const longestMs = await longestTask(page);
  await context.close();
  return { longestMs, shownMs };
}

async function scroll(page: Page, part: number): Promise<void> {
  await page
    .getByRole('region', { name: /^Devices/ })
    .evaluate((element, to) => element.scrollTo(0, element.scrollHeight * to), part);
}
