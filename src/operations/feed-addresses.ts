import type { FeedData } from '../sources/sources.ts';

/** One address that a feed, or what it says of one vulnerability, is fetched from. */
export interface FeedAddress {
  readonly feed: keyof FeedData;
  readonly url: string;
  /** `CVE-2025-29795`, where the feed is asked one vulnerability at a time. */
  readonly cve?: string;
}

/** Where a feed is fetched from: addresses in which `{cve}`, `{CVE}` and `{year}` stand for a vulnerability's id and year. Plain data. */
export interface FeedTemplates {
  readonly feed: keyof FeedData;
  readonly urls: readonly string[];
}

/** The addresses that name no vulnerability; or with one those that do. */
export function addressesOf({ feed, urls }: FeedTemplates, cve?: string): readonly FeedAddress[] {
  return urls
    .filter((template) => asksOneCve(template) === (cve !== undefined))
    .map((template) => (cve === undefined ? { feed, url: template } : { feed, url: fill(template, cve), cve }));
}

function asksOneCve(template: string): boolean {
  return /\{(?:cve|CVE|year)\}/.test(template);
}

function fill(template: string, cve: string): string {
  const year = /^CVE-(\d{4})-/i.exec(cve)?.[1] ?? '';
  return template
    .replaceAll('{cve}', cve.toLowerCase())
    .replaceAll('{CVE}', cve.toUpperCase())
    .replaceAll('{year}', year);
}
