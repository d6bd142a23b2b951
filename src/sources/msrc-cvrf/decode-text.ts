import { isUtf8 } from 'node:buffer';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** A document's text, without its byte-order mark. @throws {Error} where the bytes are none. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes); // drops a byte-order mark
  } catch (error) {
    throw notText(encoding, error);
  }
}

/** The same in pieces of about so many characters, 4 at least. @throws {Error} */
export function* decodePieces(bytes: Uint8Array, length: number): Generator<string> {
  const encoding = encodingOf(bytes);
  if (encoding !== 'utf-8') {
    const text = decodeText(bytes);
    for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
    return;
  }
  if (!isUtf8(bytes)) throw notText(encoding);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  // Each is decoded for itself: a parser walks through slices of one long string a tenth slower.
  for (let at = startsWithMark(bytes) ? 3 : 0; at < bytes.length;) {
    let end = Math.min(bytes.length, at + Math.max(4, length));
    while (isInsideCharacter(bytes[end])) end -= 1;
    yield buffer.toString('utf8', at, end);
    at = end;
  }
}

function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function startsWithMark([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbb && third === 0xbf;
}

function isInsideCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function notText(encoding: Encoding, cause?: unknown): Error {
  return new Error(`expected ${encoding} text, got bytes that are none`, { cause });
}
