/** Texts out of UTF-8 bytes. Short ones repeat (names, ids, dates): the last of each kind is kept and found again. */
export class TextBytes {
  private readonly bytes: Buffer;
  private readonly known: string[] = Array.from({ length: slots }, () => '');

  /** The bytes must be valid UTF-8. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  slice(start: number, end: number): string {
    const { bytes, known } = this;
    if (end - start > longestKept) return bytes.toString('utf8', start, end);
    let mixed = end - start;
    for (let at = start; at < end; at += 1) mixed = Math.imul(mixed ^ (bytes[at] ?? 0), 0x01000193);
    const slot = (mixed ^ (mixed >>> 15)) & (slots - 1);
    const before = known[slot] ?? '';
    if (this.isAt(before, start, end)) return before;
    const text = bytes.toString('utf8', start, end);
    known[slot] = text;
    return text;
  }

  /** Of ASCII only: other texts are made anew each time. */
  private isAt(text: string, start: number, end: number): boolean {
    if (text.length !== end - start) return false;
    for (let index = 0; index < text.length; index += 1) {
      if (text.charCodeAt(index) !== this.bytes[start + index]) return false;
    }
    return true;
  }
}

const slots = 4096;
const longestKept = 40;
