import type { KbNumber } from '../terms/kb-number.ts';

/** Where Microsoft offers the update: the address that nearly all Vendor Fix rows name. */
export function catalogueSearchUrl(kb: KbNumber): string {
  return `https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB${kb}`;
}
