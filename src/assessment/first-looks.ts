import type { Catalogue } from '../catalogue/catalogue.ts';
import { publishedWindows } from './identify-os.ts';
import { publishedNames } from './lines/products-named.ts';
import { CveNumbers } from './cve-numbers.ts';
import { publishedLines } from './published-software.ts';
import { edgeLine } from './rules/edge-chromium.ts';

/**
 * What the first verdict by a catalogue makes for all later ones, in steps: a server that takes a new catalogue over does them in
 * turns, between requests.
 */
export const firstLooks: readonly ((catalogue: Catalogue) => unknown)[] = [
  (catalogue) => catalogue.hasFixes(0),
  (catalogue) => publishedNames(catalogue),
  (catalogue) => publishedLines(catalogue),
  (catalogue) => publishedWindows(catalogue),
  (catalogue) => CveNumbers.of(catalogue),
  (catalogue) => edgeLine(catalogue), // nearly every device has Edge
];
