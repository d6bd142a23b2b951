import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DocumentError } from './document-error.ts';
import { feedSource } from './sources.ts';
import type { FeedName } from './source.ts';

function fixture(feed: FeedName, name: string): string {
  return readFileSync(new URL(`./${feed}/fixtures/${name}`, import.meta.url), 'utf8');
}

const epss = fixture('epss', 'epss_scores-2026-06-30.csv').trimEnd();
const kevCsv = fixture('cisa-kev', 'known_exploited_vulnerabilities.csv').trimEnd();
const kevJson = fixture('cisa-kev', 'known_exploited_vulnerabilities.json');

async function count(feed: FeedName, text: string): Promise<number> {
  const source = feedSource(feed);
  return source.count((await source.read('cut-file', Buffer.from(text))).data as never);
}

describe('a feed that was cut', () => {
  const whole: readonly [says: string, feed: FeedName, text: string, records: number][] = [
    ['scores that end with their line', 'epss', `${epss}\n`, 4],
    ['scores of Windows', 'epss', `${epss.replaceAll('\n', '\r\n')}\r\n`, 4],
    ['scores and a blank line', 'epss', `${epss}\n \n`, 4],
    ['a table whose last row is whole, without the end of its line', 'cisa-kev', kevCsv, 2],
    ['a list with a count that is too small', 'cisa-kev', withCount(1), 3],
    ['a list with a count that is none', 'cisa-kev', withCount('many'), 3],
  ];
  for (const [says, feed, text, records] of whole)
    it(`is not ${says}`, async () => assert.equal(await count(feed, text), records));

  const cut: readonly [says: string, feed: FeedName, text: string][] = [
    ['scores up to the middle of a line', 'epss', epss.slice(0, -3)],
    ['scores up to the end of a line', 'epss', epss],
    ['scores up to a comma', 'epss', epss.slice(0, epss.lastIndexOf(',') + 1)],
    ['a table up to the middle of a row', 'cisa-kev', kevCsv.slice(0, kevCsv.lastIndexOf(',', kevCsv.length - 30))],
    ['a list of fewer than its count', 'cisa-kev', withCount(1500)],
  ];
  for (const [says, feed, text] of cut)
    it(`is ${says}: refused by name`, async () => {
      await assert.rejects(
        count(feed, text),
        (error: unknown) => error instanceof DocumentError && /^cut-file: expected .*cut$/.test(error.message),
      );
    });
});

function withCount(value: unknown): string {
  return JSON.stringify({ ...(JSON.parse(kevJson) as object), count: value });
}
