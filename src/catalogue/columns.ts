/**
 * A column of whole numbers, each written as the difference from the one before (zigzag, base-128 varints): sorted and
 * repeating columns shrink to about a byte a value, and reading them back is a loop without allocation.
 */
export function packColumn(values: ArrayLike<number>): Uint8Array {
  const packed = new Uint8Array((values.length + 1) * mostBytes);
  let at = put(packed, 0, values.length);
  let previous = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    const difference = value - previous;
    at = put(packed, at, difference >= 0 ? difference * 2 : difference * -2 - 1);
    previous = value;
  }
  return packed.slice(0, at);
}

/** Of a whole number below 2^53. */
const mostBytes = 8;
/** Up to here a number is taken apart by its bits. */
const largestInt = 0x7fffffff;

/** Returns where the next one stands. */
function put(packed: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > largestInt) {
    packed[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  while (rest >= 128) {
    packed[at++] = (rest & 127) | 128;
    rest >>= 7;
  }
  packed[at++] = rest;
  return at;
}

/** @throws {RangeError} where the bytes are more or fewer than the column's. */
export function unpackColumn(packed: Uint8Array): Int32Array {
  let at = 0;
  let length = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = packed[at++] ?? 0;
    length += (byte & 127) * scale;
    if (byte < 128) break;
  }
  if (length > packed.length) throw new RangeError(`a column claims ${length} values in ${packed.length} bytes`);
  const values = new Int32Array(length);
  const end = readDifferences(packed, at, values);
  if (end !== packed.length)
    throw new RangeError(`a column of ${length} values ends at ${end} of ${packed.length} bytes`);
  return values;
}

/** The loop alone: code behind it would be reached with the loop compiled already, and that undone again, column by column. */
function readDifferences(packed: Uint8Array, start: number, values: Int32Array): number {
  let at = start;
  let previous = 0;
  const length = values.length;
  for (let index = 0; index < length; index += 1) {
    let byte = packed[at++] ?? 0;
    let coded = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      byte = packed[at++] ?? 0;
      coded = shift < 28 ? coded | ((byte & 127) << shift) : coded + (byte & 127) * 2 ** shift;
    }
    previous += coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
    values[index] = previous;
  }
  return at;
}
