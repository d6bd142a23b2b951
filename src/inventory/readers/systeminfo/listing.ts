import type { Inventory } from '../../inventory.ts';
import { inventoryOf, isVersionCell, valueOf, versionOf } from './facts.ts';

/** One host's output as text: label, colon, value in each line. */
export interface Listing {
  /** Lines from the host's name, where there is one, to the next host. */
  readonly lines: readonly string[];
  /** Which of them has the version. */
  readonly versionAt: number;
}

/** `OS Name:                   Microsoft Windows 10 Pro`, also with a blank before the colon; no `C:\>` of a console. */
const labelled = /^[\s\ufeff]{0,8}[^\s:\\>][^:：\\>]{0,80}[:：](?:[ \t\u00a0]+(.*))?$/;

export function hasListing(text: string): boolean {
  return findListings(text).length > 0;
}

/** The outputs in a text, each from its host's name on: the two lines before its version. */
export function findListings(text: string): readonly Listing[] {
  const lines = text.split(/\r*\n/);
  const versions = lines.flatMap((line, at) => (isVersionCell(valueIn(line) ?? '') ? [at] : []));
  const starts = versions.map((at) => {
    const before = Math.max(0, at - 2);
    return before + lines.slice(before, at).findLastIndex((line) => valueIn(line) === undefined) + 1;
  });
  return versions.map((at, index) => {
    const start = starts[index] ?? at;
    return { lines: lines.slice(start, starts[index + 1] ?? lines.length), versionAt: at - start };
  });
}

export function readListing({ lines, versionAt }: Listing): Inventory {
  const named = versionAt > 0 ? lines[versionAt - 1] : undefined;
  const host = versionAt > 1 ? lines[versionAt - 2] : undefined;
  return inventoryOf({
    host: valueOf(valueIn(host)),
    name: valueOf(valueIn(named)),
    version: versionOf(valueIn(lines[versionAt]) ?? '') ?? '',
    rest: lines.slice(versionAt + 1),
  });
}

/** What stands behind the label; `undefined` where the line has none. */
function valueIn(line: string | undefined): string | undefined {
  if (line === undefined || line.length > 1000) return undefined;
  const found = labelled.exec(line);
  return found === null ? undefined : (found[1] ?? '');
}
