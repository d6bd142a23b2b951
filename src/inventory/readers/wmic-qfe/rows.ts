/** One update as a node named it. */
export interface QfeRow {
  readonly host: string | undefined;
  /** By column in lower case; blank cells are absent. */
  readonly cells: ReadonlyMap<string, string>;
  /** All of it, as written. */
  readonly line: string;
}

const properties: ReadonlySet<string> = new Set([
  'caption',
  'csname',
  'description',
  'fixcomments',
  'hotfixid',
  'installdate',
  'installedby',
  'installedon',
  'name',
  'servicepackineffect',
  'status',
]);

/** Where each column of a heading is. */
export type Columns =
  | { readonly kind: 'csv'; readonly names: readonly string[] }
  | { readonly kind: 'table'; readonly columns: readonly { readonly name: string; readonly from: number }[] };

/**
 * The columns of a heading, or `undefined` for any other line. A sentence may be glued in front of it (`Please wait while WMIC
 * is being installed.`): columns count from the first name. PowerShell's tables have dashes underneath, and are not wmic's.
 */
export function columnsOf(line: string, next: string | undefined): Columns | undefined {
  if (line.length > 4000 || !/HotFixID/i.test(line) || /=/.test(line)) return undefined;
  if (/^[\s\ufeff]*Node,/i.test(line))
    return {
      kind: 'csv',
      names: line
        .trim()
        .split(',')
        .map((name) => name.toLowerCase()),
    };
  if (/[,;"]/.test(line) || /^\s*-+(?:\s+-+)*\s*$/.test(next ?? '')) return undefined;
  const start = line.search(/(?<!\w)(?:Caption|CSName|Description|FixComments|HotFixID)(?!\w)/i);
  const words = Array.from(line.slice(start).matchAll(/\S+/g), (word) => ({ name: word[0], from: word.index }));
  if (start === -1 || !words.every(({ name }) => properties.has(name.toLowerCase()))) return undefined;
  return { kind: 'table', columns: words.map(({ name, from }) => ({ name: name.toLowerCase(), from })) };
}

/** The rows of a text: tables, CSV and lists alike, each by the heading before it. */
export function qfeRows(text: string): readonly QfeRow[] {
  const lines = text.split(/\r*\n/);
  const rows: QfeRow[] = [];
  let columns: Columns | undefined;
  let block: string[] = [];
  const close = (): void => {
    if (block.some((line) => /^\s*HotFixID=/i.test(line))) rows.push(rowOfBlock(block));
    block = [];
  };
  for (const [at, line] of lines.entries()) {
    const heading = columnsOf(line, lines[at + 1]);
    if (heading !== undefined) columns = heading;
    else if (/^\s*\w{2,40}=/.test(line)) {
      if (block.some((before) => nameOf(before) === nameOf(line))) close();
      block.push(line);
    } else if (columns !== undefined && isRow(line)) rows.push(rowOfLine(line, columns));
  }
  close();
  return rows;
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf('=')).trim().toLowerCase();
}

/** Not what a console or an unreachable node writes between the rows. */
function isRow(line: string): boolean {
  return (
    line.trim() !== '' &&
    line.length <= 4000 &&
    !/^(?:Node - |ERROR:?\s*$|Description = |Code = |Facility = |[A-Z]:\\)/i.test(line)
  );
}

function rowOfBlock(block: readonly string[]): QfeRow {
  const cells = new Map(
    block
      .map((line) => [nameOf(line), line.slice(line.indexOf('=') + 1).trim()] as const)
      .filter(([, value]) => value !== ''),
  );
  return { host: cells.get('csname'), cells, line: block.join('\n') };
}

function rowOfLine(line: string, columns: Columns): QfeRow {
  if (columns.kind === 'csv') {
    // wmic quotes nothing: with a comma inside a value the columns behind it move.
    const values = line.trim().split(',');
    const fits = values.length === columns.names.length;
    const cells = fits
      ? filled(columns.names.map((name, index) => [name, values[index] ?? '']))
      : new Map<string, string>();
    return { host: valueOf(values[0]), cells, line };
  }
  const cells = filled(
    columns.columns.map(({ name, from }, index) => [name, line.slice(from, columns.columns[index + 1]?.from)]),
  );
  return { host: cells.get('csname'), cells, line };
}

function filled(entries: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map(entries.map(([name, value]) => [name, value.trim()] as const).filter(([, value]) => value !== ''));
}

function valueOf(text: string | undefined): string | undefined {
  const value = text?.trim() ?? '';
  return value === '' ? undefined : value;
}

/** Nodes that wmic asked in vain: `Node - SRV1`, then `ERROR:`. */
export function silentNodes(text: string): readonly string[] {
  return Array.from(text.matchAll(/(?<=^|\n)Node - ([^\s]{1,255})\s*\n\s*ERROR/gi), ([, node = '']) => node);
}
