/** Cells by row; the first row is the head. */
type HtmlTable = readonly (readonly string[])[];

const longestCell = 2000;
/** Tables, rows and cells together; the largest page has some 10,000. */
const mostParts = 500_000;

/**
 * The tables of a page as texts, each cell trimmed and without its tags; a nested table is one of its own. Made for pages that
 * a publisher generates, where cells and rows are what is asked for, not a document: no parser of HTML is needed. Goes
 * through the text once: work grows with its length alone. @throws {Error} where there are more cells than in any page.
 */
export function readHtmlTables(html: string): readonly HtmlTable[] {
  const reader = new TableReader();
  let at = 0;
  for (;;) {
    const open = html.indexOf('<', at);
    if (open === -1) break;
    reader.text(html, at, open);
    if (html.startsWith('<!--', open)) {
      const end = html.indexOf('-->', open);
      if (end === -1) break;
      at = end + 3;
      continue;
    }
    const close = html.indexOf('>', open);
    if (close === -1) break;
    const [, slash, name = ''] = /^<(\/?)([a-z]{2,5})\b/i.exec(html.slice(open, open + 8)) ?? [];
    reader.tag(name.toLowerCase(), slash === '/');
    at = close + 1;
  }
  return reader.tables;
}

const partNames: ReadonlySet<string> = new Set(['table', 'tr', 'th', 'td']);

class TableReader {
  readonly tables: string[][][] = [];
  #open: string[][][] = [];
  #cell: string | undefined;
  #parts = 0;

  text(html: string, from: number, to: number): void {
    if (this.#cell !== undefined && this.#cell.length < longestCell)
      this.#cell += html.slice(from, Math.min(to, from + longestCell));
  }

  tag(name: string, closing: boolean): void {
    if (!closing && partNames.has(name)) this.#parts += 1;
    if (this.#parts > mostParts) throw new Error(`holds more than ${mostParts} tables, rows and cells`);
    switch (name) {
      case 'table':
        this.#endCell();
        if (closing) this.#open.pop();
        else this.#begin();
        break;
      case 'tr':
        this.#endCell();
        if (!closing) this.#open.at(-1)?.push([]);
        break;
      case 'th':
      case 'td':
        this.#endCell();
        if (!closing && this.#open.at(-1)?.at(-1) !== undefined) this.#cell = '';
        break;
      case 'br':
        if (this.#cell !== undefined) this.#cell += ' ';
        break;
    }
  }

  #begin(): void {
    const table: string[][] = [];
    this.tables.push(table);
    this.#open.push(table);
    if (this.#open.length > 100) this.#open = this.#open.slice(-1);
  }

  #endCell(): void {
    if (this.#cell === undefined) return;
    this.#open.at(-1)?.at(-1)?.push(decodeEntities(this.#cell).replace(/\s+/g, ' ').trim());
    this.#cell = undefined;
  }
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  mdash: '—',
  bull: '•',
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return entities[name.toLowerCase()] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
