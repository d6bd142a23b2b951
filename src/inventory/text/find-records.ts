import { isRecord } from './loose-json.ts';
import type { JsonRecord } from './loose-json.ts';

/** Wrappers around lists nest some levels (`{"data":{"items":[…]}}`, lists of pages); deeper is somebody's payload. */
const deepest = 8;
/** Items of a list that are alike: enough to tell it by, and the values that are looked at for it in all. */
const firstOfList = 5;
const mostSeen = 5000;

/**
 * The objects that `isOne` accepts, in the text's order, whatever wraps them: lists, lists of pages, objects such as
 * `{"value":[…]}`, one value a line. Inside an accepted object none is looked for.
 */
export function findRecords(values: readonly unknown[], isOne: (record: JsonRecord) => boolean): readonly JsonRecord[] {
  const found: JsonRecord[] = [];
  const walk = (items: readonly unknown[], depth: number): void => {
    for (const item of items) {
      if (isRecord(item) && isOne(item)) found.push(item);
      else if (typeof item === 'object' && item !== null && depth < deepest) walk(Object.values(item), depth + 1);
    }
  };
  walk(values, 0);
  return found;
}

/** The first of them by the head of every list: cheap, to recognise a format by. */
export function firstRecord(
  values: readonly unknown[],
  isOne: (record: JsonRecord) => boolean,
): JsonRecord | undefined {
  let seen = 0;
  const walk = (value: unknown, depth: number): JsonRecord | undefined => {
    seen += 1;
    if (typeof value !== 'object' || value === null || depth > deepest || seen > mostSeen) return undefined;
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
