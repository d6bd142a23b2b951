/** A stretch of a file that is in one kind of encoding. */
export interface TextPart {
  readonly kind: '8-bit' | 'utf-16le' | 'utf-16be';
  readonly start: number;
  readonly end: number;
}

/** Printable ASCII bytes in a row that UTF-16 hardly has. */
const longRun = 8;
/** Bytes that are told apart one by one: what stands behind is as the last of them. Mixed files are what consoles write, and small. */
const lookedThrough = 2 * 1024 * 1024;

/**
 * The parts of a file that programs of different encodings wrote one after the other: a sentence in ASCII before UTF-16 as
 * wmic writes it, lines that cmd's `>>` added to what PowerShell began. Byte-order marks stay in. Text without zero bytes is one
 * part; in UTF-16 every line has some (line end, blanks, digits), in Chinese and Japanese too.
 */
export function findTextParts(bytes: Uint8Array): readonly TextPart[] {
  const whole = { start: 0, end: bytes.length };
  const marked = markOf(bytes);
  if (marked === undefined && !bytes.includes(0)) return [{ kind: '8-bit', ...whole }];
  const isEven = bytes.length % 2 === 0;
  const head = bytes.subarray(0, lookedThrough);
  if (isEven && !hasLongRun(bytes)) return [{ kind: marked ?? orderOf(head), ...whole }];
  const parts = cheapestParts(head);
  return parts.map((part, index) => (index === parts.length - 1 ? { ...part, end: bytes.length } : part));
}

function markOf(bytes: Uint8Array): TextPart['kind'] | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Whether ASCII stands somewhere without zero bytes between. */
function hasLongRun(bytes: Uint8Array): boolean {
  // Every eighth byte at first: a long run holds one of them.
  for (let at = longRun - 1; at < bytes.length; at += longRun) {
    if (!isAscii(bytes[at] ?? 0)) continue;
    let start = at;
    while (start > 0 && isAscii(bytes[start - 1] ?? 0) && at - start < longRun) start -= 1;
    let end = at + 1;
    while (end < bytes.length && isAscii(bytes[end] ?? 0) && end - start < longRun) end += 1;
    if (end - start >= longRun) return true;
  }
  return false;
}

/** The order of bytes in which UTF-16 makes more sense. */
function orderOf(bytes: Uint8Array): TextPart['kind'] {
  let little = 0;
  let big = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    little += unitCost(unitAt(bytes, at, 1));
    big += unitCost(unitAt(bytes, at, 2));
  }
  return big < little ? 'utf-16be' : 'utf-16le';
}

function isAscii(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

const kinds = ['8-bit', 'utf-16le', 'utf-16be'] as const;
/** What another kind must save to be taken up. */
const changeCost = 20;

/** The cheapest ways to all places: what they cost by kind, and the last character of each. */
interface Ways {
  readonly costs: readonly [Float64Array, Float64Array, Float64Array];
  /** Kind before the last character and its width, one for each place and kind: `kind | width << 2`. */
  readonly steps: Uint8Array;
}

/**
 * The division of the bytes that costs least: every character costs by how unlikely it is, every change of kind a fixed sum.
 * Worked out from the front, as the cheapest way to each place by each kind.
 */
function cheapestParts(bytes: Uint8Array): readonly TextPart[] {
  const places = bytes.length + 1;
  const never = (): Float64Array => new Float64Array(places).fill(Infinity);
  const ways: Ways = { costs: [never(), never(), never()], steps: new Uint8Array(places * kinds.length) };
  for (const cost of ways.costs) cost[0] = 0;
  // A character that ends at `at`, kept where no cheaper way of its kind leads there.
  const step = (at: number, kind: 0 | 1 | 2, width: number, cost: number): void => {
    const from = at - width;
    const row = ways.costs[kind];
    const change = from === 0 ? 0 : changeCost;
    let before = kind;
    let total = row[from] ?? Infinity;
    for (const other of [0, 1, 2] as const) {
      const changed = (ways.costs[other][from] ?? Infinity) + change;
      if (changed < total) {
        total = changed;
        before = other;
      }
    }
    if (total + cost >= (row[at] ?? Infinity)) return;
    row[at] = total + cost;
    ways.steps[at * kinds.length + kind] = before | (width << 2);
  };
  for (let at = 1; at < places; at += 1) {
    step(at, 0, 1, byteCost(bytes[at - 1] ?? 0, bytes[at]));
    const width = utf8Width(bytes, at);
    if (width > 0) step(at, 0, width, utf8Cost);
    if (at < 2) continue;
    step(at, 1, 2, unitCost(unitAt(bytes, at - 2, 1)));
    step(at, 2, 2, unitCost(unitAt(bytes, at - 2, 2)));
  }
  return walkBack(bytes.length, ways);
}

function walkBack(length: number, { costs, steps }: Ways): readonly TextPart[] {
  const lastCosts = costs.map((cost) => cost[length] ?? Infinity);
  let kind = lastCosts.indexOf(Math.min(...lastCosts));
  const parts: TextPart[] = [];
  let end = length;
  for (let at = length; at > 0;) {
    const taken = steps[at * kinds.length + kind] ?? 4;
    const from = at - (taken >> 2);
    const before = from === 0 ? kind : taken & 3;
    if (before !== kind || from === 0) {
      parts.push({ kind: kinds[kind] ?? '8-bit', start: from, end });
      end = from;
    }
    at = from;
    kind = before;
  }
  return parts.reverse();
}

const utf8Cost = 5;

/** Bytes of the letter in UTF-8 that ends at a place; 0 where there is none beyond ASCII. */
function utf8Width(bytes: Uint8Array, at: number): number {
  for (let width = 2; width <= 4 && width <= at; width += 1) {
    const first = bytes[at - width] ?? 0;
    if (((bytes[at - width + 1] ?? 0) & 0xc0) !== 0x80) return 0;
    if (first >= 0xc2 && first < 0xf5) return width === (first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4) ? width : 0;
  }
  return 0;
}

function unitAt(bytes: Uint8Array, at: number, kind: number): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  return kind === 1 ? first | (second << 8) : (first << 8) | second;
}

function byteCost(byte: number, next: number | undefined): number {
  if (byte === 0x0d) return next === 0x0a || next === 0x0d ? 2 : 6;
  if (isAscii(byte)) return 2;
  if (byte === 0) return 60;
  return byte < 0x20 || byte === 0x7f ? 30 : 6;
}

/** First unit of a range, and what each of it costs: what people write is cheap, what wrong reading makes is dear. */
const unitCosts: readonly (readonly [from: number, cost: number])[] = [
  [0x0000, 60],
  [0x0020, 2],
  [0x007f, 60],
  [0x00a0, 6], // Latin, Greek, Cyrillic, Hebrew, Arabic
  [0x0780, 24],
  [0x0e00, 6], // Thai
  [0x0e80, 24],
  [0x1e00, 6], // Latin with two marks
  [0x2000, 16], // en quad, or a blank read the wrong way round
  [0x2001, 6],
  [0x2c00, 24],
  [0x3000, 4],
  [0x3020, 16], // signs that hardly anybody writes, and digits before a zero
  [0x3041, 3], // kana
  [0x3100, 16],
  [0x4e00, 6],
  [0xa000, 24],
  [0xac00, 8], // Hangul
  [0xd7b0, 24],
  [0xd800, 16],
  [0xe000, 40],
  [0xf900, 24],
  [0xfeff, 0], // byte-order mark
  [0xff00, 8],
  [0xfff0, 80],
];

const unitCostTable = new Uint8Array(0x10000);
let isTableMade = false;

function unitCost(unit: number): number {
  if (!isTableMade) makeTable();
  return unitCostTable[unit] ?? 80;
}

function makeTable(): void {
  for (const [index, [from, cost]] of unitCosts.entries())
    unitCostTable.fill(cost, from, unitCosts[index + 1]?.[0] ?? 0x10000);
  for (const allowed of [0x09, 0x0a, 0x0d]) unitCostTable[allowed] = 2;
  isTableMade = true;
}
