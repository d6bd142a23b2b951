/** A document's text, without its byte-order mark. @throws {Error} where the bytes are none. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes); // drops a byte-order mark
  } catch (error) {
    throw new Error(`expected ${encoding} text, got bytes that are none`, { cause: error });
  }
}
