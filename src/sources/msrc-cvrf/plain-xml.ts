import { isUtf8 } from 'node:buffer';
import { endOfReference } from './xml-references.ts';

/**
 * Whether bytes hold only what XML allows anywhere in a text and what `scanXml` knows how to read: valid UTF-8, of the control
 * characters only tab and line feed, neither U+FFFE nor U+FFFF, good references, and no `]]>`, `<!` or `<?` (at the very start `scanXml` sees them).
 */
export function isPlainXml(bytes: Buffer): boolean {
  return (
    isUtf8(bytes) &&
    hasPlainBytes(bytes) &&
    !unknown.some((each) => bytes.includes(each, 4)) &&
    hasGoodReferences(bytes)
  );
}

const unknown = ['\ufffe', '\uffff', ']]>', '<!', '<?'].map((text) => Buffer.from(text));

function hasGoodReferences(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(0x26); at !== -1; at = bytes.indexOf(0x26, at)) {
    at = isFrequent(bytes, at) ? at + 4 : endOfReference(bytes, at);
    if (at === -1) return false;
  }
  return true;
}

/** `&lt;` and `&gt;`: texts in HTML are full of them. */
function isFrequent(bytes: Buffer, at: number): boolean {
  const first = bytes[at + 1];
  return (first === 0x6c || first === 0x67) && bytes[at + 2] === 0x74 && bytes[at + 3] === 0x3b;
}

/** Sixteen bytes at a time. */
function hasPlainBytes(bytes: Buffer): boolean {
  const lead = Math.min(bytes.length, (4 - (bytes.byteOffset % 4)) % 4);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + lead, ((bytes.length - lead) >>> 4) * 4);
  if (!arePlain(bytes, 0, lead) || !arePlain(bytes, lead + words.length * 4, bytes.length)) return false;
  for (let index = 0; index < words.length; index += 4) {
    const [a, b, c, d] = [words[index] ?? 0, words[index + 1] ?? 0, words[index + 2] ?? 0, words[index + 3] ?? 0];
    const low = lowBytes(a) | lowBytes(b) | lowBytes(c) | lowBytes(d);
    const at = lead + index * 4;
    if ((low & 0x80808080) !== 0 && !arePlain(bytes, at, at + 16)) return false;
  }
  return true;
}

/** The top bit of a byte is set where that byte is below 0x20, and now and then beside such a one. */
function lowBytes(word: number): number {
  return (word - 0x20202020) & ~word;
}

function arePlain(bytes: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a) return false;
  }
  return true;
}
