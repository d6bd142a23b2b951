import type { TextBytes } from './text-bytes.ts';
import { declaredPrefix, mostAttributes } from './xml-events.ts';
import type { NamespaceDeclaration, XmlAttributes } from './xml-events.ts';
import { resolveReferences } from './xml-references.ts';

const none: readonly NamespaceDeclaration[] = [];

/** Where the attributes of the tag at hand stand; texts are made of those that are asked for. */
export class ScannedAttributes implements XmlAttributes {
  /** Attributes of the tag. */
  count = 0;
  private readonly bytes: Buffer;
  private readonly texts: TextBytes;
  /** Of each attribute: where its name begins and ends, and where its value ends; it begins two behind the name. */
  private readonly places = new Int32Array(mostAttributes * 3);

  constructor(bytes: Buffer, texts: TextBytes) {
    this.bytes = bytes;
    this.texts = texts;
  }

  note(index: number, nameStart: number, nameEnd: number, valueEnd: number): void {
    this.places[index * 3] = nameStart;
    this.places[index * 3 + 1] = nameEnd;
    this.places[index * 3 + 2] = valueEnd;
  }

  /** Whether one of the first `count` has this name already. */
  isTwice(start: number, end: number, count: number): boolean {
    const { bytes } = this;
    for (let index = 0; index < count; index += 1) {
      const other = this.places[index * 3] ?? 0;
      if ((this.places[index * 3 + 1] ?? 0) - other !== end - start) continue;
      let same = 0;
      while (same < end - start && bytes[start + same] === bytes[other + same]) same += 1;
      if (same === end - start) return true;
    }
    return false;
  }

  get(name: string): string | undefined {
    for (let index = 0; index < this.count; index += 1) {
      if (this.isNamed(index, name)) return this.value(index);
    }
    return undefined;
  }

  listNamespaces(): readonly NamespaceDeclaration[] {
    let found: NamespaceDeclaration[] | undefined;
    for (let index = 0; index < this.count; index += 1) {
      const start = this.places[index * 3] ?? 0;
      if (this.bytes[start] !== 0x78) continue; // x
      const prefix = declaredPrefix(this.texts.slice(start, this.places[index * 3 + 1] ?? 0));
      if (prefix !== undefined) (found ??= []).push([prefix, this.value(index)]);
    }
    return found ?? none;
  }

  private isNamed(index: number, name: string): boolean {
    const start = this.places[index * 3] ?? 0;
    if ((this.places[index * 3 + 1] ?? 0) - start !== name.length) return false;
    for (let at = 0; at < name.length; at += 1) {
      if (name.charCodeAt(at) !== this.bytes[start + at]) return false;
    }
    return true;
  }

  /** Blanks of every kind are spaces. Source: XML 1.0, section 3.3.3. */
  private value(index: number): string {
    const value = this.texts.slice((this.places[index * 3 + 1] ?? 0) + 2, this.places[index * 3 + 2] ?? 0);
    return /[\t\n&]/.test(value) ? resolveReferences(value.replace(/[\t\n]/g, ' ')) : value;
  }
}
