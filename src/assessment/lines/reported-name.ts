import { readTable } from '../../catalogue/read-table.ts';
import { plainName } from './products-named.ts';
import type { ReportedSoftware } from '../rules/rule.ts';

/** Longer names are no product's: what comes after is not looked at. */
const longestName = 200;

/** The installed product without processor, language, service pack and maker: `Microsoft Word 2016 (64-bit) - en-us` → `word 2016`. */
export function reportedName(name: string): string {
  return withoutLocale(name.slice(0, longestName))
    .toLowerCase()
    .replace(/[\u{ae}\u{2122}\u{a0}\s]+/gu, ' ')
    .replace(
      / ?\((?:x64|x86|arm64|64-bit|32-bit|64 bit|32 bit|user|machine|preview|english|64-bit edition|32-bit edition)(?: [a-z]{2}-[a-z]{2})?\)/g,
      '',
    )
    .replace(/ service pack \d+$/, '')
    .trim()
    .replace(/^microsoft /, '');
}

/** `Microsoft 365 Apps for enterprise - en-us` → `Microsoft 365 Apps for enterprise`. */
function withoutLocale(name: string): string {
  return name.trim().replace(/ - [a-z]{2,3}(?:-[a-z]{4})?-[a-z]{2}$/i, '');
}

/** Click-to-Run editions carry their language in the name. */
export function hasLocale(name: string): boolean {
  return / - [a-z]{2,3}(?:-[a-z]{4})?-[a-z]{2}$/i.test(name.trim());
}

type Row = readonly [reported: string, published: readonly string[], source: string];

let loaded: ReadonlyMap<string, readonly string[]> | undefined;

/** The names, in lower case and without "microsoft", under which documents speak of reported software. */
export function namesInDocuments({ name, version }: Pick<ReportedSoftware, 'name' | 'version'>): readonly string[] {
  loaded ??= new Map(
    readTable<{ readonly rows: readonly Row[] }>('software-names').rows.map(([own, names]) => [own, names]),
  );
  const plain = reportedName(name).replace(/ - (?=\d)/, ' ');
  // The name alone, then without the version that stands behind it: `azure data studio 1.40.0`.
  const unversioned = plain.replace(/ ?(?:v|version )?\d{1,9}(?:\.\d{1,9}){1,4}$/, '');
  const other = loaded.get(plain) ?? loaded.get(unversioned);
  if (other !== undefined) {
    const major = /^v?(\d{1,9})/.exec(version ?? '')?.[1] ?? '';
    return other.map((each) => each.replace('{major}', major));
  }
  return [...new Set([plain, unversioned, plainName(name.slice(0, longestName))])];
}
