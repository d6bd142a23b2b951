import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const executable = '/usr/bin/chromium';

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Options for a test that needs a browser: skipped with a clear line where there is none.
 * @throws where `CI` is set: there a missing browser is a failure, not a reason to skip.
 */
export function needsBrowser(): { readonly skip: string | false } {
  if (existsSync(executable)) return { skip: false };
  const line = `needs a browser, which is not at ${executable} (apt-get install chromium)`;
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw new Error(line);
  return { skip: line };
}

/** Until what is not there is given up; the machine may be busy. */
const longestWaitMs = 30_000;

export interface PageOptions {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly locale?: string;
  /** Cookies of a session that another page began. */
  readonly state?: StorageState;
}

export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A page in a browser of its own session; whatever the browser complained of is kept. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, of the content security policy, and what was logged as an error. */
  readonly complaints: readonly string[];
}

let launched: Promise<Browser> | undefined;

/** One browser for all pages of a file, closed at its end. */
function launch(): Promise<Browser> {
  launched ??= chromium.launch({ executablePath: executable, args: switches });
  return launched;
}

after(async () => {
  if (launched !== undefined) await (await launched).close();
});

export async function openPage({
  scheme = 'light',
  width = 1280,
  height = 900,
  locale = 'en-GB',
  state,
}: PageOptions = {}): Promise<WatchedPage> {
  const browser = await launch();
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale,
    reducedMotion: 'reduce',
    ...(state === undefined ? {} : { storageState: state }),
  });
  context.setDefaultTimeout(longestWaitMs);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // That nobody is signed in is an answer with a status of its own, which the browser logs.
    const isRefusal =
      message.text().startsWith('Failed to load resource') && message.location().url.includes('/v1/session');
    if (message.type() === 'error' && !isRefusal) complaints.push(`${message.text()} ${message.location().url}`);
  });
  return { page, complaints };
}

/** Waits until what was asked for has come and is shown. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.getByText('Loading…').first().waitFor({ state: 'detached' });
}

export function assertQuiet({ complaints }: WatchedPage): void {
  assert.deepEqual(complaints, []);
}
