import { packColumn, unpackColumn } from '../catalogue/columns.ts';

/** Columns of numbers as one piece: the length of each packed column (4 bytes, little-endian), then the columns. */
export function packColumns(columns: readonly Int32Array[]): Uint8Array {
  const packed = columns.map((column) => packColumn(column));
  const lengths = Buffer.alloc(packed.length * 4);
  packed.forEach(({ length }, index) => lengths.writeUInt32LE(length, index * 4));
  return Buffer.concat([lengths, ...packed]);
}

/** @throws {RangeError} where the bytes are not so many columns. */
export function unpackColumns(bytes: Uint8Array, count: number): readonly Int32Array[] {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = count * 4;
  return Array.from({ length: count }, (_, index) => {
    const end = start + content.readUInt32LE(index * 4);
    if (end > content.length) throw new RangeError(`column ${index} ends behind the end`);
    const column = unpackColumn(content.subarray(start, end));
    start = end;
    return column;
  });
}
