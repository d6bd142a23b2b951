import type { ParseStepResult, Parser } from 'papaparse';

/** What is shown to who reads a table: the cells of one row. Throwing ends the reading. */
type TakeRow = (cells: readonly string[]) => void;

/** No line of a feed comes near: the longest, of KEV, have some 2,000 characters. */
const longestLine = 100_000;
const mostCells = 1000;

/**
 * Rows of a table with commas: cells in quotes may hold commas, line ends and doubled quotes. Lines end with LF or CRLF; empty
 * ones, and those that begin with `#`, are left out. Work and memory grow with the text alone.
 * @throws {Error} where a quote is not closed, a line has no end, or a row has more cells than any table; what `take` throws.
 */
export async function readCsv(text: string, take: TakeRow): Promise<void> {
  const { default: Papa } = await import('papaparse'); // loaded here: most of what is run reads no table
  refuseEndlessLine(text);
  const failures: unknown[] = [];
  const step = ({ data, errors }: ParseStepResult<string[]>, parser: Parser): void => {
    try {
      if (errors.some(({ code }) => code === 'MissingQuotes')) throw new Error('a quote that opens is not closed');
      if (data.length > mostCells) throw new Error(`a row has more than ${mostCells} cells`);
      take(withoutReturn(data));
    } catch (error) {
      failures.push(error);
      parser.abort();
    }
  };
  Papa.parse<string[]>(text, { delimiter: ',', newline: '\n', comments: '#', skipEmptyLines: true, step });
  if (failures.length > 0) throw failures[0];
}

/** Of one line of commas alone the parser would make as many cells before anybody is asked. */
function refuseEndlessLine(text: string): void {
  for (let at = 0; at < text.length;) {
    const next = text.indexOf('\n', at);
    const end = next === -1 ? text.length : next;
    if (end - at > longestLine) throw new Error(`a line has more than ${longestLine} characters`);
    at = end + 1;
  }
}

/** The parser splits at LF: of a CRLF the CR is left in the last cell. */
function withoutReturn(cells: readonly string[]): readonly string[] {
  const last = cells.at(-1);
  return last?.endsWith('\r') === true ? [...cells.slice(0, -1), last.slice(0, -1)] : cells;
}
