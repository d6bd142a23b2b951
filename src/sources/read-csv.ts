const mostCells = 1000;

/**
 * Rows of RFC 4180 text: cells in quotes may hold commas, line ends and doubled quotes. Lines end with LF or CRLF; empty
 * lines are left out. Work and memory grow with the text alone.
 * @throws {Error} where a quote is not closed, or a row has more cells than any table.
 */
export function* readCsv(text: string): Generator<readonly string[]> {
  let at = 0;
  let row: string[] = [];
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    row.push(cell.value);
    if (row.length > mostCells) throw new Error(`a row has more than ${mostCells} cells`);
    at = cell.end;
    if (text[at] === ',') {
      at += 1;
      if (at < text.length && text[at] !== '\n' && text[at] !== '\r') continue;
      row.push('');
    }
    if (row.length > 1 || row[0] !== '') yield row;
    row = [];
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
  }
}

interface Cell {
  readonly value: string;
  readonly end: number;
}

const cellEnd = /[,\r\n]/g;

function plainCell(text: string, start: number): Cell {
  cellEnd.lastIndex = start;
  const end = cellEnd.exec(text)?.index ?? text.length;
  return { value: text.slice(start, end), end };
}

function quotedCell(text: string, start: number): Cell {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) throw new Error(`a quote that opens at character ${start + 1} is not closed`);
    value += text.slice(at, quote);
    at = quote + 1;
    if (text[at] !== '"') break;
    value += '"';
    at += 1;
  }
  const rest = plainCell(text, at);
  return { value: value + rest.value, end: rest.end };
}
