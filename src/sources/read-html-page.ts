/** What of a page is read. */
export interface HtmlPage {
  /** In the order of their beginnings; a table inside another is one of its own. */
  readonly tables: readonly HtmlTable[];
  /** `<meta name="…" content="…">`, by name in lower case; of several the first. */
  readonly meta: ReadonlyMap<string, string>;
}

/** Cells by row, each trimmed and without its tags; the first row is the head. */
type HtmlTable = readonly (readonly string[])[];

/** The largest page has some 500 KB. */
const largestPage = 16 * 1024 * 1024;
const longestCell = 2000;
/** Tables, rows and cells together; the largest page has some 10,000. */
const mostParts = 500_000;
const mostMeta = 1000;
/** The parser walks through the open elements at every end tag: pages have some 30. */
const deepest = 200;

/**
 * The tables and meta elements of a page. Goes through the text once: work grows with its length alone.
 * @throws {Error} where the page is larger, deeper or has more cells than any that a publisher generates.
 */
export async function readHtmlPage(html: string): Promise<HtmlPage> {
  if (html.length > largestPage) throw new Error(`has ${html.length} characters, more than any page`);
  const { Parser } = await import('htmlparser2'); // loaded here: most of what is run reads no page
  const tables = new TableReader();
  const meta = new MetaReader();
  let depth = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (++depth > deepest) throw new Error(`elements nest deeper than ${deepest}`);
      meta.open(name);
      tables.open(name);
    },
    onattribute: (name, value) => meta.attribute(name, value),
    ontext: (text) => tables.text(text),
    onclosetag(name) {
      depth -= 1;
      tables.close(name);
    },
  });
  parser.write(html);
  parser.end();
  return { tables: tables.tables, meta: meta.byName };
}

class MetaReader {
  readonly byName = new Map<string, string>();
  #isOpen = false;
  #name: string | undefined;
  #content: string | undefined;

  open(name: string): void {
    this.#isOpen = name === 'meta';
    this.#name = undefined;
    this.#content = undefined;
  }

  attribute(name: string, value: string): void {
    if (!this.#isOpen || this.byName.size >= mostMeta) return;
    if (name === 'name') this.#name ??= value.toLowerCase();
    if (name === 'content') this.#content ??= value;
    if (this.#name === undefined || this.#content === undefined || this.byName.has(this.#name)) return;
    this.byName.set(this.#name, this.#content);
  }
}

class TableReader {
  readonly tables: string[][][] = [];
  #open: string[][][] = [];
  #cell: string | undefined;
  #parts = 0;

  open(name: string): void {
    const isCell = name === 'th' || name === 'td';
    if (isCell || name === 'tr' || name === 'table') this.#endCell();
    if (name === 'table') this.#beginTable();
    else if (name === 'tr') this.#open.at(-1)?.push(this.#count([]));
    else if (isCell && this.#open.at(-1)?.at(-1) !== undefined) this.#cell = this.#count('');
    else if (name === 'br') this.text(' ');
  }

  text(text: string): void {
    if (this.#cell !== undefined && this.#cell.length < longestCell) this.#cell += text.slice(0, longestCell);
  }

  close(name: string): void {
    if (name === 'table') {
      this.#endCell();
      this.#open.pop();
    } else if (name === 'th' || name === 'td') this.#endCell();
  }

  #beginTable(): void {
    const table: string[][] = this.#count([]);
    this.tables.push(table);
    this.#open.push(table);
  }

  #endCell(): void {
    if (this.#cell === undefined) return;
    this.#open.at(-1)?.at(-1)?.push(this.#cell.replace(/\s+/g, ' ').trim());
    this.#cell = undefined;
  }

  #count<Part>(part: Part): Part {
    this.#parts += 1;
    if (this.#parts > mostParts) throw new Error(`holds more than ${mostParts} tables, rows and cells`);
    return part;
  }
}
