/** One instance as `wmic` prints it. */
export interface WmicRow {
  /** The computer it is of, by the column `Node` of the CSV form or the instance's own `CSName`. */
  readonly host: string | undefined;
  /** By property in lower case; blank ones are absent. */
  readonly cells: ReadonlyMap<string, string>;
  /** All of it, as written. */
  readonly line: string;
}

/** Tells by the names of its properties (in lower case) whether an instance is of the class asked for. */
export type HasProperties = (names: ReadonlySet<string>) => boolean;

type Columns =
  | { readonly kind: 'csv'; readonly names: readonly string[]; readonly separator: string }
  | { readonly kind: 'table'; readonly columns: readonly { readonly name: string; readonly from: number }[] };

const longestLine = 20_000;

/**
 * The instances of a class in what `wmic` printed as a table, with `/format:list` or `/format:csv`; names of properties are never
 * localised. Columns that are empty everywhere may be missing.
 */
export function wmicRows(text: string, isOne: HasProperties): readonly WmicRow[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r*\n/);
  const rows: WmicRow[] = [];
  let columns: Columns | undefined;
  let block = new Map<string, string>();
  let afterBlank = false;
  const close = (): void => {
    if (block.size > 0 && isOne(new Set(block.keys()))) rows.push(rowOfBlock(block));
    block = new Map();
  };
  for (const [at, line] of lines.entries()) {
    const heading = headingOf(line, lines[at + 1], isOne);
    if (heading !== undefined) columns = heading;
    else if (/^\s*\w{2,60}=/.test(line)) {
      if (block.has(nameOf(line))) close();
      block.set(nameOf(line), line.slice(line.indexOf('=') + 1));
    } else if (columns !== undefined && isRow(line)) {
      // Line ends that were doubled stand between the rows, too: what does not fit the columns is another output.
      if (afterBlank && !fits(line, columns)) columns = undefined;
      else rows.push(rowOfLine(line, columns));
    }
    afterBlank = line.trim() === '';
  }
  close();
  return rows;
}

/** Whether the line reaches the second column, with a blank before each, and is no label with a value. */
function fits(line: string, columns: Columns): boolean {
  if (columns.kind === 'csv') return line.split(columns.separator).length >= columns.names.length;
  const [, second] = columns.columns;
  if (line.trimEnd().length < (second?.from ?? 0) || /^[^\s:][^:]{0,60}:(?:\s|$)/.test(line)) return false;
  return columns.columns.every(({ from }) => from === 0 || from > line.length || line[from - 1] === ' ');
}

/** The heading's names, for recognition; `undefined` where no line is one of the class. */
export function wmicHeading(text: string, isOne: HasProperties): ReadonlySet<string> | undefined {
  const lines = text.replace(/^\ufeff/, '').split(/\r*\n/);
  let block = new Set<string>();
  for (const [at, line] of lines.entries()) {
    const heading = headingOf(line, lines[at + 1], isOne);
    if (heading !== undefined) return new Set(namesOf(heading));
    if (!/^\s*\w{2,60}=/.test(line)) continue;
    if (block.has(nameOf(line))) block = new Set();
    block.add(nameOf(line));
    if (isOne(block)) return block;
  }
  return undefined;
}

function namesOf(columns: Columns): readonly string[] {
  return columns.kind === 'csv' ? columns.names : columns.columns.map(({ name }) => name);
}

/**
 * A heading is nothing but names. A sentence may be glued in front (`Please wait while WMIC is being installed.Caption  CSName`):
 * columns count from the first name. PowerShell's tables have dashes underneath, and are not wmic's.
 */
function headingOf(line: string, next: string | undefined, isOne: HasProperties): Columns | undefined {
  if (line.length > longestLine || !/[A-Za-z]/.test(line)) return undefined;
  const columns = /^\s*Node[,;\t]\w/i.test(line) ? csvHeading(line) : tableHeading(line, next);
  return columns !== undefined && isOne(new Set(namesOf(columns))) ? columns : undefined;
}

/** `wmic` writes commas; a spreadsheet of another country that saved it, semicolons. */
function csvHeading(line: string): Columns {
  const separator = line.trim().charAt('Node'.length);
  return {
    kind: 'csv',
    separator,
    names: line
      .trim()
      .split(separator)
      .map((name) => name.toLowerCase()),
  };
}

function tableHeading(line: string, next: string | undefined): Columns | undefined {
  if (/^\s*-+(?:\s+-+)*\s*$/.test(next ?? '')) return undefined;
  const start = /^\s*\S[^\r\n]{0,200}[.!。](?=[A-Z]\w{1,60}(?:\s|$))/.exec(line)?.[0].length ?? 0;
  const words = Array.from(line.slice(start).matchAll(/\S+/g), (word) => ({ name: word[0], from: word.index }));
  if (words.length === 0 || !words.every(({ name }) => /^[A-Z]\w{1,60}$/.test(name))) return undefined;
  return { kind: 'table', columns: words.map(({ name, from }) => ({ name: name.toLowerCase(), from })) };
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf('=')).trim().toLowerCase();
}

/** Not what a console or an unreachable node writes between the rows. */
function isRow(line: string): boolean {
  return (
    line.trim() !== '' &&
    line.length <= longestLine &&
    !/^(?:Node - |ERROR:?\s*$|Description = |Code = |Facility = |(?:PS )?[A-Z]:\\|No Instance\(s\))/i.test(line)
  );
}

function rowOfBlock(block: ReadonlyMap<string, string>): WmicRow {
  const cells = filled([...block]);
  return { host: cells.get('csname'), cells, line: [...block.values()].join('\n') };
}

function rowOfLine(line: string, columns: Columns): WmicRow {
  if (columns.kind === 'table') {
    const places = columns.columns;
    const cells = filled(places.map(({ name, from }, index) => [name, line.slice(from, places[index + 1]?.from)]));
    return { host: cells.get('csname'), cells, line };
  }
  // wmic quotes nothing: with a comma inside a value the columns behind it move.
  const values = line.trim().split(columns.separator);
  const fits = values.length === columns.names.length;
  const cells = fits
    ? filled(columns.names.map((name, index) => [name, values[index] ?? '']))
    : new Map<string, string>();
  const node = values[0]?.trim() ?? '';
  return { host: node === '' ? undefined : node, cells, line };
}

function filled(entries: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map(entries.map(([name, value]) => [name, value.trim()] as const).filter(([, value]) => value !== ''));
}

/** Nodes that wmic asked in vain: `Node - SRV1`, then `ERROR:`. */
export function silentNodes(text: string): readonly string[] {
  return Array.from(text.matchAll(/(?<=^|\n)Node - ([^\s]{1,255})\s*\n\s*ERROR/gi), ([, node = '']) => node);
}
