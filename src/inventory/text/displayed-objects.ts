import { objectOf } from './powershell-object.ts';
import type { PowershellObject } from './powershell-object.ts';

/** Colours of PowerShell 7.2 and later, and of consoles. */
// oxlint-disable-next-line no-control-regex -- the escape character is what starts them
const colours = /\u001b\[[\d;]{0,20}[A-Za-z]/g;

/** `Description         : Update`: names of a list stand before a blank and a colon. */
const listLine = /^(\S[^\r\n]{0,80}?)[ \u00a0]+:(?: ([^\r\n]*))?$/;
const underline = /^\s*-+(?:\s+-+)*\s*$/;
/** `   PSComputerName: SRV1`, above each table of `Format-Table -GroupBy`. */
const groupLine = /^ {2,4}(\w[\w .]{0,60}): (\S[^\r\n]{0,250})$/;

/**
 * The objects that a text shows as PowerShell does, in its order: blocks of `Name : value` (Format-List) and tables with a
 * line of dashes under the heading (Format-Table). What else stands in the text is passed over.
 */
export function displayedObjects(text: string): readonly PowershellObject[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(colours, '')
    .split(/\r*\n/);
  const objects: PowershellObject[] = [];
  let block = new Map<string, string>();
  let group: readonly (readonly [string, string])[] = [];
  const close = (): void => {
    if (block.size > 0) objects.push(objectOf(block));
    block = new Map();
  };
  let last = '';
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (isUnderline(lines, at + 1)) {
      close();
      const end = endOfTable(lines, at + 2);
      const rows = rowsOf(line, lines[at + 1] ?? '', lines.slice(at + 2, end));
      for (const row of rows) objects.push(objectOf([...group, ...row]));
      at = end - 1;
      continue;
    }
    const grouped = block.size === 0 ? groupLine.exec(line) : null;
    const [, name, value = ''] = listLine.exec(line) ?? [];
    if (grouped !== null) group = [[grouped[1] ?? '', (grouped[2] ?? '').trim()]];
    else if (line.trim() === '') close();
    else if (name !== undefined) {
      // Blocks without a blank line between them: the same name again is the next object.
      if (block.has(name)) close();
      block.set(name, value);
      last = name;
    } else if (block.size > 0 && /^\s{4,}\S/.test(line)) {
      // A value that did not fit goes on under its beginning; it may be cut inside a word.
      block.set(last, `${block.get(last) ?? ''}${line.trimStart()}`);
    }
  }
  close();
  return objects;
}

/** Whether dashes stand under the line before, each run under a word. */
function isUnderline(lines: readonly string[], at: number): boolean {
  const line = lines[at];
  const heading = lines[at - 1];
  if (line === undefined || heading === undefined || !underline.test(line) || heading.trim() === '') return false;
  const runs = line.match(/-+/g) ?? [];
  return heading.length <= 5000 && runs.length <= (heading.match(/\S+/g) ?? []).length;
}

function endOfTable(lines: readonly string[], from: number): number {
  let end = from;
  while (end < lines.length && (lines[end] ?? '').trim() !== '' && !isUnderline(lines, end + 1)) end += 1;
  return end;
}

/** Cells by the places of the dashes; a number that is longer than its heading reaches to the left of it. */
function rowsOf(
  heading: string,
  dashes: string,
  rows: readonly string[],
): readonly (readonly (readonly [string, string])[])[] {
  const starts = Array.from(dashes.matchAll(/-+/g), (run) => run.index);
  const names = cellsOf(heading, starts);
  const whole: string[][] = [];
  for (const row of rows) {
    const cells = cellsOf(row, starts);
    const last = whole.at(-1);
    if (last === undefined || !isContinuation(cells, last)) whole.push([...cells]);
    else for (const [index, cell] of cells.entries()) if (cell !== '') last[index] = `${last[index] ?? ''} ${cell}`;
  }
  return whole.map((cells) => cells.map((cell, index) => [names[index] ?? '', cell] as const));
}

/** What did not fit goes on in the next line (`-Wrap`): in a few columns, the first is empty, and none begins a value of its own. */
function isContinuation(cells: readonly string[], before: readonly string[]): boolean {
  const filled = cells.flatMap((cell, index) => (cell === '' ? [] : [index]));
  return (
    cells[0] === '' &&
    before[0] !== '' &&
    filled.length * 2 < cells.length &&
    filled.every((index) => before[index] !== '')
  );
}

function cellsOf(line: string, starts: readonly number[]): readonly string[] {
  const bounds = starts.map((start, index) => (index === 0 ? 0 : boundBefore(line, starts[index - 1] ?? 0, start)));
  return bounds.map((from, index) => line.slice(from, bounds[index + 1]).trim());
}

function boundBefore(line: string, from: number, start: number): number {
  let at = Math.min(start, line.length);
  while (at > from && line[at - 1] !== ' ') at -= 1;
  return at === from ? start : at;
}
