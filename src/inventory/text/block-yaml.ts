import { InventoryFormatError } from '../readers/inventory-format-error.ts';

const deepest = 60;

/**
 * YAML as programs write it, one value a document: block mappings and lists, plain and quoted scalars over several lines,
 * `|` and `>` texts, `{}` and `[]`. Scalars stay texts; `null`, `~` and nothing are `null`. Anchors and tags are passed
 * over, and what refers to an anchor is `null`: a few lines could stand for gigabytes. Filled flow collections are texts.
 * @throws {InventoryFormatError} naming the line that fits no block.
 */
export function readBlockYaml(source: string, text: string): readonly unknown[] {
  const reader = new BlockYaml(source, text.replace(/^\ufeff/, '').split(/\r*\n/));
  return reader.readDocuments();
}

interface Line {
  readonly indent: number;
  readonly text: string;
}

class BlockYaml {
  private readonly source: string;
  private readonly lines: string[];
  private at = 0;

  constructor(source: string, lines: string[]) {
    this.source = source;
    this.lines = lines;
  }

  readDocuments(): readonly unknown[] {
    const documents: unknown[] = [];
    while (this.at < this.lines.length) {
      if (this.isBetween()) this.at += 1;
      else {
        const line = this.peek();
        if (line === undefined) continue;
        documents.push(this.readBlock(line.indent, 0));
        if (this.peek() !== undefined) throw this.wrong();
      }
    }
    return documents;
  }

  private isBetween(): boolean {
    return /^(?:---|\.\.\.|%)/.test(this.lines[this.at] ?? '');
  }

  /** The next line that is neither blank nor a comment; `undefined` at the end of the document. */
  private peek(): Line | undefined {
    for (; this.at < this.lines.length; this.at += 1) {
      const line = this.lines[this.at] ?? '';
      if (this.isBetween()) return undefined;
      const text = line.trim();
      if (text !== '' && !text.startsWith('#')) return { indent: indentOf(line), text };
    }
    return undefined;
  }

  private readBlock(indent: number, depth: number): unknown {
    if (depth > deepest)
      throw new InventoryFormatError(this.source, `YAML of at most ${deepest} levels`, 'a deeper one');
    const line = this.peek();
    if (line === undefined || line.indent < indent) return null;
    if (isItem(line.text)) return this.readList(line.indent, depth);
    if (splitKey(line.text) !== undefined) return this.readMapping(line.indent, depth);
    this.at += 1;
    return this.readScalar(line.text, line.indent - 1);
  }

  private readList(indent: number, depth: number): readonly unknown[] {
    const items: unknown[] = [];
    for (let line = this.peek(); line?.indent === indent && isItem(line.text); line = this.peek()) {
      const content = line.text.slice(1).trimStart();
      const inner = indent + line.text.length - content.length;
      if (content === '' || isItem(content) || splitKey(content) !== undefined) {
        // The item starts a block of its own on this line: read it as if it stood on the next.
        this.lines[this.at] = ' '.repeat(inner) + content;
        if (content === '') this.at += 1;
        items.push(this.readBlock(content === '' ? indent + 1 : inner, depth + 1));
      } else {
        this.at += 1;
        items.push(this.readScalar(content, indent));
      }
    }
    return items;
  }

  private readMapping(indent: number, depth: number): unknown {
    const entries: [string, unknown][] = [];
    for (let line = this.peek(); line !== undefined && line.indent >= indent; line = this.peek()) {
      const split = isItem(line.text) ? undefined : splitKey(line.text);
      if (line.indent !== indent || split === undefined) {
        if (line.indent === indent && isItem(line.text)) break;
        throw this.wrong();
      }
      this.at += 1;
      entries.push([
        split.key,
        split.rest === '' ? this.readNested(indent, depth) : this.readScalar(split.rest, indent),
      ]);
    }
    // fromEntries makes `__proto__` a key like any other.
    return Object.fromEntries(entries);
  }

  /** The value below `key:`; a list may stand at the key's own indentation. */
  private readNested(indent: number, depth: number): unknown {
    const next = this.peek();
    if (next === undefined) return null;
    const isBelow = next.indent > indent || (next.indent === indent && isItem(next.text));
    return isBelow ? this.readBlock(next.indent, depth + 1) : null;
  }

  /** A scalar whose first line is `start`; what follows deeper than `indent` belongs to it. */
  private readScalar(start: string, indent: number): unknown {
    if (/^[|>][+-]?\d?[+-]?(?:\s+#.*)?$/.test(start)) return this.readText(indent, start.startsWith('>') ? ' ' : '\n');
    const quote = start.startsWith('"') ? '"' : start.startsWith("'") ? "'" : undefined;
    if (quote !== undefined) return this.readQuoted(start, quote);
    const words = [start.replace(/\s+#.*$/, '')];
    for (let line = this.peek(); line !== undefined && line.indent > indent; line = this.peek()) {
      words.push(line.text);
      this.at += 1;
    }
    const text = words.join(' ').trim();
    if (text === '{}') return {};
    if (text === '[]') return [];
    return text === '' || text === '~' || /^null$/i.test(text) || /^\*\S/.test(text) ? null : text;
  }

  private readText(indent: number, joint: string): string {
    const rows: string[] = [];
    for (; this.at < this.lines.length; this.at += 1) {
      const line = this.lines[this.at] ?? '';
      if (line.trim() !== '' && indentOf(line) <= indent) break;
      rows.push(line.trim());
    }
    return rows.join(joint).trim();
  }

  private readQuoted(start: string, quote: string): string {
    const closed = quote === '"' ? /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/ : /^'((?:[^']|'')*)'\s*(?:#.*)?$/;
    let text = start;
    for (const end = this.at + 1000; ; this.at += 1) {
      const inner = closed.exec(text)?.[1];
      if (inner !== undefined) return quote === '"' ? unescape(inner) : inner.replaceAll("''", "'");
      if (this.at >= this.lines.length || this.at > end || text.length > 1_000_000) throw this.wrong();
      text += ` ${(this.lines[this.at] ?? '').trim()}`;
    }
  }

  private wrong(): InventoryFormatError {
    const line = (this.lines[Math.min(this.at, this.lines.length - 1)] ?? '').trim().slice(0, 60);
    return new InventoryFormatError(
      this.source,
      'YAML of mappings and lists',
      `line ${this.at + 1}: ${JSON.stringify(line)}`,
    );
  }
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isItem(text: string): boolean {
  return text === '-' || text.startsWith('- ');
}

/** `key: rest`, also with the key in quotes; `undefined` where the line is no such. */
function splitKey(text: string): { readonly key: string; readonly rest: string } | undefined {
  const quoted = /^(?:"((?:[^"\\]|\\.){0,1000})"|'((?:[^']|''){0,1000})')\s*:(?:\s+(.*))?$/.exec(text);
  if (quoted !== null) return { key: quoted[1] ?? quoted[2] ?? '', rest: uncommented(quoted[3] ?? '') };
  if (/^["'[\]{}&*!|>%@`#]/.test(text)) return undefined;
  const at = text.search(/:(?:\s|$)/);
  return at < 1 ? undefined : { key: text.slice(0, at).trim(), rest: uncommented(text.slice(at + 1).trim()) };
}

/** Without what is no part of the value: a comment, an anchor, a tag. */
function uncommented(rest: string): string {
  return rest.startsWith('#') ? '' : rest.replace(/^(?:[&!][^\s{}[\],]{0,100}(?:\s+|$)){1,2}/, '');
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', ' ': ' ' };

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gi, (_, long?: string, short?: string, sign?: string) =>
    sign === undefined ? String.fromCharCode(Number.parseInt(long ?? short ?? '', 16)) : (escapes[sign] ?? sign),
  );
}
