import { isRecord } from './loose-json.ts';
import type { JsonRecord } from './loose-json.ts';

/** Wrappers around lists nest some levels (`{"data":{"items":[…]}}`, lists of pages); deeper is somebody's payload. */
const deepest = 8;
/** Items of a list that are alike, and the values that are looked at in all: enough to tell a format by. */
const firstOfList = 5;
const mostLooked = 5000;

/**
 * The objects that `isOne` accepts, in the text's order, whatever wraps them: lists, lists of pages, objects such as
 * `{"value":[…]}`, one value a line. Inside an accepted object none is looked for. `mostSeen` bounds the search where only
 * the first are asked for.
 */
export function* findRecords(
  values: readonly unknown[],
  isOne: (record: JsonRecord) => boolean,
  mostSeen = Number.POSITIVE_INFINITY,
): Generator<JsonRecord> {
  let seen = 0;
  const open: { readonly items: readonly unknown[]; next: number; readonly depth: number }[] = [
    { items: values, next: 0, depth: 0 },
  ];
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    if (level.next >= level.items.length || seen > mostSeen) {
      open.pop();
      continue;
    }
    const item = level.items[level.next];
    level.next += 1;
    seen += 1;
    if (isRecord(item) && isOne(item)) yield item;
    else if (typeof item === 'object' && item !== null && level.depth < deepest)
      open.push({ items: itemsOf(item), next: 0, depth: level.depth + 1 });
  }
}

/** Lists may be long: they are walked as they are. */
function itemsOf(value: object): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : Object.values(value);
}

/** The first of them by the head of every list: cheap, to recognise a format by. */
export function firstRecord(
  values: readonly unknown[],
  isOne: (record: JsonRecord) => boolean,
): JsonRecord | undefined {
  let seen = 0;
  const walk = (value: unknown, depth: number): JsonRecord | undefined => {
    seen += 1;
    if (typeof value !== 'object' || value === null || depth > deepest || seen > mostLooked) return undefined;
    if (isRecord(value) && isOne(value)) return value;
    const items: readonly unknown[] = Array.isArray(value) ? value.slice(0, firstOfList) : Object.values(value);
    for (const item of items) {
      const found = walk(item, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(values, 0);
}
