import { isPlainXml } from './plain-xml.ts';
import { TextBytes } from './text-bytes.ts';
import { ScannedAttributes } from './scanned-attributes.ts';
import { deepestElement, mostAttributes } from './xml-events.ts';
import type { XmlEvents } from './xml-events.ts';
import { resolveReferences } from './xml-references.ts';

/**
 * Reads XML that is written as plainly as every CVRF document of MSRC is, out of its bytes and several times as fast as a
 * general parser: UTF-8, ASCII names, attributes `name="value"`, text with references. All that makes such a document
 * well-formed is checked, also where nobody looks at it.
 *
 * Answers `false` where it meets anything else, be it an error or only a comment, CDATA, a processing instruction, a DTD, a
 * carriage return or a name beyond ASCII. The caller then begins anew with the general parser, which knows how to read it or
 * how to name the error.
 * Source: XML 1.0, fifth edition, sections 2.1 to 3.1.
 */
export function scanXml(bytes: Buffer, events: XmlEvents): boolean {
  return isPlainXml(bytes) && new Scanner(bytes, events).run();
}

const space = 0x20;
const quotationMark = 0x22;
const apostrophe = 0x27;
const slash = 0x2f;
const less = 0x3c;
const equals = 0x3d;
const greater = 0x3e;

const nameStart = 1;
const nameChar = 2;
/** What a byte may be in a name; a name that begins with a colon is left to the general parser. */
const nameKinds = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_') nameKinds[char.charCodeAt(0)] = nameStart;
for (const char of '0123456789.-:') nameKinds[char.charCodeAt(0)] = nameChar;

const declaration =
  /^(?:\u00ef\u00bb\u00bf)?(?:<\?xml version="1\.0"(?: encoding="[Uu][Tt][Ff]-8")?(?: standalone="(?:yes|no)")? ?\?>)?/;
/** Texts up to here are searched byte by byte, which costs less than a call. */
const shortText = 48;

class Scanner {
  private readonly bytes: Buffer;
  private readonly texts: TextBytes;
  private readonly events: XmlEvents;
  /** Where the names of the open elements begin and end. */
  private readonly openStarts = new Int32Array(deepestElement);
  private readonly openEnds = new Int32Array(deepestElement);
  private depth = 0;
  /** Depth of the element whose content nobody looks at; 0 where none is open. */
  private skippedFrom = 0;
  private readonly attributes: ScannedAttributes;
  private at = 0;

  constructor(bytes: Buffer, events: XmlEvents) {
    this.bytes = bytes;
    this.texts = new TextBytes(bytes);
    this.attributes = new ScannedAttributes(bytes, this.texts);
    this.events = events;
  }

  run(): boolean {
    const { bytes, events } = this;
    this.at = declaration.exec(bytes.toString('latin1', 0, 200))?.[0].length ?? 0;
    if (this.tagAfterBlanks() === -1 || !this.openTag(this.tagAfterBlanks())) return false;
    while (this.depth > 0) {
      const tag = this.nextTag();
      if (tag === -1) return false;
      if (tag > this.at && this.skippedFrom === 0 && events.wantsText)
        events.text(resolveReferences(this.texts.slice(this.at, tag)));
      if (!(bytes[tag + 1] === slash ? this.closeTag(tag) : this.openTag(tag))) return false;
    }
    return this.skipBlanks(this.at) === bytes.length;
  }

  private nextTag(): number {
    const { bytes, at } = this;
    const end = Math.min(bytes.length, at + shortText);
    for (let tag = at; tag < end; tag += 1) if (bytes[tag] === less) return tag;
    return bytes.indexOf(less, end);
  }

  /** The tag that stands next but for blanks; -1 where there is something else. */
  private tagAfterBlanks(): number {
    const tag = this.skipBlanks(this.at);
    return this.bytes[tag] === less ? tag : -1;
  }

  private closeTag(tag: number): boolean {
    const { bytes } = this;
    const start = this.openStarts[this.depth - 1] ?? 0;
    const length = (this.openEnds[this.depth - 1] ?? 0) - start;
    for (let index = 0; index < length; index += 1) {
      if (bytes[tag + 2 + index] !== bytes[start + index]) return false;
    }
    const end = this.skipBlanks(tag + 2 + length);
    if (bytes[end] !== greater) return false;
    this.leave();
    this.at = end + 1;
    return true;
  }

  private openTag(tag: number): boolean {
    const { bytes } = this;
    const start = tag + 1;
    const nameEnd = this.nameEnd(start);
    if (nameEnd === start || this.depth === deepestElement) return false;
    const end = bytes[nameEnd] === greater ? nameEnd : this.scanAttributes(nameEnd);
    if (end === -1) return false;
    this.openStarts[this.depth] = start;
    this.openEnds[this.depth] = nameEnd;
    this.depth += 1;
    if (this.skippedFrom === 0) {
      if (end === nameEnd) this.attributes.count = 0;
      if (!this.events.open(this.texts.slice(start, nameEnd), this.attributes)) this.skippedFrom = this.depth;
    }
    if (bytes[end] === greater) {
      this.at = end + 1;
      return true;
    }
    if (bytes[end + 1] !== greater) return false;
    this.leave();
    this.at = end + 2;
    return true;
  }

  private leave(): void {
    if (this.skippedFrom === 0) this.events.close();
    else if (this.skippedFrom === this.depth) this.skippedFrom = 0;
    this.depth -= 1;
  }

  /** Notes where the attributes stand; answers where the tag's `>` or `/` does, -1 where something else stands first. */
  private scanAttributes(from: number): number {
    const { bytes, attributes } = this;
    let at = from;
    for (let count = 0; ; count += 1) {
      const start = this.skipBlanks(at);
      const byte = bytes[start];
      if (byte === greater || byte === slash) {
        attributes.count = count;
        return start;
      }
      const end = this.nameEnd(start);
      if (start === at || end === start || count === mostAttributes || bytes[end] !== equals) return -1;
      const quote = bytes[end + 1];
      if (quote !== quotationMark && quote !== apostrophe) return -1;
      const close = this.valueEnd(end + 2, quote);
      if (close === -1 || (count > 0 && attributes.isTwice(start, end, count))) return -1;
      attributes.note(count, start, end, close);
      at = close + 1;
    }
  }

  private valueEnd(from: number, quote: number): number {
    const { bytes } = this;
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === quote) return at;
      if (byte === less) return -1;
    }
    return -1;
  }

  /** `start` itself where no name begins there. */
  private nameEnd(start: number): number {
    const { bytes } = this;
    if (nameKinds[bytes[start] ?? 0] !== nameStart) return start;
    let end = start + 1;
    while ((nameKinds[bytes[end] ?? 0] ?? 0) !== 0) end += 1;
    return end;
  }

  private skipBlanks(from: number): number {
    const { bytes } = this;
    let at = from;
    while (isBlank(bytes[at])) at += 1;
    return at;
  }
}

/** Of the control characters only tab and line feed are left. */
function isBlank(byte: number | undefined): boolean {
  return byte !== undefined && byte <= space;
}
