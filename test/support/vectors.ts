import { readFileSync } from 'node:fs';

/** Lines of `test/vectors/<name>.txt`; `\n`, `\t` and `\u…` are written out in the file, `#` begins a comment line. */
export function vectors(name: string): readonly string[] {
  const text = readFileSync(new URL(`../vectors/${name}.txt`, import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => JSON.parse(`"${line.replaceAll('"', '\\"')}"`) as string);
}
