/**
 * Columns of whole numbers, each written as the difference from the one before (zigzag, base-128 varints): sorted and
 * repeating columns shrink to about a byte a value, and reading them back is a loop without allocation.
 */
export class ColumnWriter {
  private bytes = new Uint8Array(1 << 16);
  private length = 0;

  write(values: ArrayLike<number>): void {
    this.put(values.length);
    let previous = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? 0;
      const difference = value - previous;
      this.put(difference >= 0 ? difference * 2 : difference * -2 - 1);
      previous = value;
    }
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private put(value: number): void {
    if (this.length + 8 > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }
}

/** Reads columns back in the order they were written. @throws {RangeError} at the end of the bytes. */
export class ColumnReader {
  private readonly bytes: Uint8Array;
  private position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  read(): Int32Array {
    const length = this.take();
    const { bytes } = this;
    if (length > bytes.length) throw new RangeError(`a column claims ${length} values in ${bytes.length} bytes`);
    const values = new Int32Array(length);
    // Written out, not calling `take`: half a million values are read at every start.
    let at = this.position;
    let previous = 0;
    for (let index = 0; index < length; index += 1) {
      let byte = bytes[at++] ?? 0;
      let coded = byte & 127;
      for (let shift = 7; byte >= 128; shift += 7) {
        byte = bytes[at++] ?? 0;
        coded = shift < 28 ? coded | ((byte & 127) << shift) : coded + (byte & 127) * 2 ** shift;
      }
      previous += coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
      values[index] = previous;
    }
    if (at > bytes.length) throw new RangeError('the columns end too early');
    this.position = at;
    return values;
  }

  private take(): number {
    let byte = this.next();
    if (byte < 128) return byte;
    let value = byte & 127;
    let scale = 128;
    do {
      byte = this.next();
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte >= 128);
    return value;
  }

  private next(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new RangeError('the columns end too early');
    this.position += 1;
    return byte;
  }
}
