import type { Page } from 'playwright-core';
import { cveRow, deviceRow, overview, session, stretch, updateRow } from './made-up-answers.ts';
import {
  anomaly,
  audit,
  catalogueView,
  changes,
  clients,
  cveDetail,
  deviceDetail,
  tokens,
  updateDetail,
  why,
} from './made-up-details.ts';

/** What is answered at addresses that fit: a value, or one made of the address that was asked. */
export type Answers = readonly (readonly [address: RegExp, answer: object | ((address: string) => object)])[];

export const deviceCount = 1_000_000;

const usual: Answers = [
  [/\/v1\/session$/, session],
  [/\/v1\/overview/, overview()],
  [/\/v1\/updates\?/, (address) => stretch(address, 61, updateRow)],
  [/\/v1\/updates\/\d+/, updateDetail()],
  [
    /\/v1\/devices\?/,
    (address) =>
      stretch(address, deviceCount, deviceRow, {
        coverage: { assessed: 900_000, partlyAssessed: 60_000, notAssessed: 40_000 },
      }),
  ],
  [/\/v1\/devices\/[0-9a-f]+$/, deviceDetail()],
  [/\/v1\/devices\/[0-9a-f]+\/why/, why],
  [/\/v1\/cves\?/, (address) => stretch(address, 512, cveRow)],
  [/\/v1\/cves\/CVE/, cveDetail],
  [/\/v1\/catalogue$/, catalogueView],
  [/\/v1\/catalogue\/anomalies/, (address) => stretch(address, 12, anomaly)],
  [/\/v1\/catalogue\/revisions/, { revisions: [] }],
  [/\/v1\/changes/, changes],
  [/\/v1\/clients/, clients],
  [/\/v1\/tokens/, tokens],
  [/\/v1\/audit/, audit],
];

/** Lets a page see made-up answers instead of the server's; `changes` win over the usual ones. */
export async function answerWith(page: Page, changes: Answers = []): Promise<void> {
  for (const [address, answer] of [...usual, ...changes]) {
    await page.route(address, async (route) => {
      const value = typeof answer === 'function' ? answer(route.request().url()) : answer;
      const refusal = 'error' in value ? (value as { readonly status: number }) : undefined;
      await route.fulfill({
        status: refusal?.status ?? 200,
        contentType: 'application/json',
        body: JSON.stringify(value),
      });
    });
  }
}

/** An answer that refuses. */
export function refusal(status: number, code: string, message: string): object {
  return { status, error: { code, message, target: '' } };
}
