import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Fails with what axe finds on the page as it stands: all its rules, best practices too. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { run } = (
      globalThis as unknown as { readonly axe: { run(options: object): Promise<{ violations: Violation[] }> } }
    ).axe;
    return (await run({ resultTypes: ['violations'] })).violations;
  });
  const found = violations.map(({ id, nodes }) => [
    id,
    ...nodes.slice(0, 3).map(({ html, failureSummary }) => `${html}\n${failureSummary}`),
  ]);
  assert.deepEqual(found, []);
}
