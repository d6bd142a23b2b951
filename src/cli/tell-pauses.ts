import type { HeldBackAddress } from '../operations/plan-feeds.ts';
import { say } from './output.ts';

/** Feeds that are not asked because their publisher wants to be left alone: a line a host and instant, however many addresses it has. */
export function tellFeedPauses(heldBack: readonly HeldBackAddress[]): void {
  const feedsByLine = Map.groupBy(heldBack, ({ url, notBefore }) => pauseLine(url, Date.parse(notBefore)));
  for (const [line, addresses] of feedsByLine) {
    const feeds = new Set(addresses.map(({ feed }) => feed));
    say(`feed not asked: ${[...feeds].join(', ')}: ${line}`);
  }
}

/** `untilMs`: milliseconds since 1970. */
export function pauseLine(url: string, untilMs: number): string {
  const until = new Date(untilMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${new URL(url).host} asked to be left alone until ${until}; --at-once asks it all the same`;
}
