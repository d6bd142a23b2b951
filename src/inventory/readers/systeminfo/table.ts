import { isVersionCell } from './facts.ts';

/** Rows of `/FO TABLE`, cut at the places of the `====` under the heading; none where the text has no such table. */
export function systemTable(text: string): readonly (readonly string[])[] {
  const lines = text.split(/\r*\n/);
  const at = lines.findIndex((line) => /^=+(?: =+){10,60}\s*$/.test(line));
  if (at === -1) return [];
  const starts = Array.from((lines[at] ?? '').matchAll(/=+/g), (run) => run.index);
  return lines
    .slice(at + 1)
    .map((line) => starts.map((start, index) => line.slice(start, starts[index + 1]).trim()))
    .filter((cells) => cells.some(isVersionCell));
}
