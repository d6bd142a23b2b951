import { emptyInventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';

/**
 * A bare list of KB ids, as WES-NG's `missing.txt` has it: what its collector found missing on the device, another tool's verdict. A
 * list of installed updates looks the same, so that it is told by itself only where it is nothing but ids; that way round no update
 * is taken for installed that is not.
 */
export const wesngMissing: InventoryReader = {
  format: 'wesng-missing',
  kinds: ['text'],
  recognise({ text }) {
    const head = text.slice(0, 65_536);
    const kbs = bareList(head, text.length > head.length);
    if (kbs === undefined) return notThis('more than KB numbers, one a line');
    return /KB/i.test(head) ? { confidence: 0.5, against: '' } : { confidence: 0.2, against: 'numbers without "KB"' };
  },
  read({ source, text }) {
    const kbs = bareList(text, false);
    if (kbs === undefined)
      throw new InventoryFormatError(source, 'KB numbers, one a line, and nothing else', 'other text');
    const opinions = kbs.map((kb) => ({ source: 'wesng', kb, verdict: 'missing', title: undefined }) as const);
    return { inventories: [{ ...emptyInventory, opinions: inVerdictOrder(opinions) }], notes: [] };
  },
};

/** The numbers; `undefined` where something else stands among them. Lines may hold several, after commas. */
function bareList(text: string, isCut: boolean): readonly KbNumber[] | undefined {
  const lines = text.replace(/^\ufeff/, '').split(/\r*\n/);
  const words = (isCut ? lines.slice(0, -1) : lines)
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.split(/[,;\s]+/))
    .filter((word) => word !== '');
  const kbs = words.map(tryParseKbNumber);
  const known = kbs.flatMap((kb) => kb ?? []);
  return known.length > 0 && known.length === words.length ? known : undefined;
}
