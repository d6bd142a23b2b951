import type { Catalogue } from '../../catalogue/catalogue.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { publishedWindows } from '../identify-os.ts';
import type { RuleInput } from '../rules/rule.ts';

/** Why a cumulative update is not believed to be of this Windows, in figures. */
export function misfiledSentence({ catalogue, os }: RuleInput, kb: KbNumber): string {
  const { here, main, most } = misfiledShare(catalogue, kb, os.product);
  return `${formatKb(kb)} is filed under ${catalogue.productName(os.product)} by mistake: of the ${most} vulnerabilities that it fixes on ${catalogue.productName(main)} its rows name ${here} there.`;
}

interface Share {
  readonly here: number;
  /** The Windows on which it fixes most, and how many. */
  readonly main: number;
  readonly most: number;
}

function misfiledShare(catalogue: Catalogue, kb: KbNumber, product: number): Share {
  const windows = new Set(publishedWindows(catalogue).map((each) => each.product));
  const fixes = new Map<number, Set<number>>();
  for (const row of catalogue.rowsOfKb(kb))
    for (const each of catalogue.rowProducts(row))
      if (windows.has(each))
        fixes.set(each, (fixes.get(each) ?? new Set<number>()).add(catalogue.rowVulnerability(row)));
  const [main] = [...fixes].sort((a, b) => b[1].size - a[1].size || a[0] - b[0]);
  return { here: fixes.get(product)?.size ?? 0, main: main?.[0] ?? product, most: main?.[1].size ?? 0 };
}
