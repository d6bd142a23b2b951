import type { Catalogue } from '../catalogue/catalogue.ts';
import type { KbNumber } from '../terms/kb-number.ts';

/** `March 2020 Security Updates`: title of the document that names the update; `undefined` for a KB that no row names. */
export function updateName(catalogue: Catalogue, kb: KbNumber): string | undefined {
  const title = catalogue.findRelease(kb)?.document.title;
  return title === undefined ? undefined : withoutEarly(title);
}

/** `April 2026 Early Security Updates` → `April 2026 Security Updates`. */
export function withoutEarly(title: string): string {
  return title.replace(/\bEarly\s+/i, '');
}
