import type { Page } from 'playwright-core';

// Scripts of the browser.
const watch = `globalThis.tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask', buffered: true });`;
const longest = `Math.max(0, ...tasks
  .filter(({ startTime }) => startTime > performance.getEntriesByName('first-contentful-paint')[0].startTime)
  .map(({ duration }) => duration))`;

/** From the next address on the page keeps its long tasks: those of 50 ms and more, of which the browser tells. */
export async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(watch);
}

/** Milliseconds of the longest task after the first paint; 0 where none was long enough to be told of. */
export async function longestTask(page: Page): Promise<number> {
  return Math.round(Number(await page.evaluate(longest)));
}
